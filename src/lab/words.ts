/** Numbers as the lab writes them, on terminals and in reports alike. */

const format = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** Whole, with thousands apart: `1,240`. */
export function grouped(value: number): string {
  return format.format(value)
}

/** `1 room`, `1,240 rooms` */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${grouped(value)} ${value === 1 ? one : many}`
}
