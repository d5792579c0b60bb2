/** Figures and verdicts as the report writes them. */
import type { Judgement } from '../checker/judgement.js'
import { grouped } from '../words.js'

const fine = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

/** `1,240`; below ten with one decimal. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return Math.abs(value) < 10 ? fine.format(value) : grouped(value)
}

/** `3.2 ms`, `1.5 s` */
export function duration(ms: number): string {
  return ms < 1000 ? `${figure(ms)} ms` : `${fine.format(ms / 1000)} s`
}

export const VERDICTS: Readonly<Record<Judgement['verdict'], string>> = {
  ok: 'OK',
  violation: 'Violation',
  inconclusive: 'Inconclusive',
}
