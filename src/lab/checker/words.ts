/** How witnesses speak of what they show. */

export function units(count: number): string {
  return count === 1 ? '1 unit' : `${count} units`
}

/** The first characters of an id: enough to find it, few enough to read. */
export function short(id: string | undefined): string {
  return id === undefined ? 'nobody' : id.length > 12 ? `…${id.slice(-8)}` : id
}
