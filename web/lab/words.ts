/** Figures as the lab writes them. */
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

export function grouped(value: number): string {
  return whole.format(value)
}

/** `3.2 ms`, `48 ms`, `1.5 s`; a dash when nothing was measured. */
export function duration(ms: number): string {
  if (!(ms > 0)) return '–'
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`
  return ms < 9.95 ? `${ms.toFixed(1)} ms` : `${grouped(ms)} ms`
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`
}

/** A name of the program's, as people write it: `double booking`. */
export function spoken(name: string): string {
  return name.replaceAll('_', ' ')
}
