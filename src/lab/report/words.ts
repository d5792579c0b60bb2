/** Figures and verdicts as the report writes them. */
import type { Judgement } from '../checker/judgement.js'

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const fine = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

/** `1,240`; below ten with one decimal. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return Math.abs(value) < 10 ? fine.format(value) : whole.format(value)
}

/** `3.2 ms`, `1.5 s` */
export function duration(ms: number): string {
  return ms < 1000 ? `${figure(ms)} ms` : `${fine.format(ms / 1000)} s`
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${whole.format(count)} ${count === 1 ? one : many}`
}

export const VERDICTS: Readonly<Record<Judgement['verdict'], string>> = {
  ok: 'OK',
  violation: 'Violation',
  inconclusive: 'Inconclusive',
}
