/**
 * Arrays of plain values as PostgreSQL reads them. The driver would quote every element on its own;
 * of ids and numbers, which hold nothing to quote, a batch sends thousands.
 */

/** An array of UUIDs or numbers; null stands for null. Not for text that comes from a caller. */
export function plainArray(values: readonly (string | number | null)[]): string {
  return `{${values.map((value) => value ?? 'null').join(',')}}`
}
