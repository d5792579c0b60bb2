/** Instants as text, RFC 3339. */

/** In milliseconds since 1970; undefined for a day that the calendar does not have. */
export function instantOf(text: string): number | undefined {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) return undefined
  // `Date.parse` takes the 30th of February for a day in March.
  const date = text.slice(0, 'YYYY-MM-DD'.length)
  const dayMs = Date.parse(`${date}T00:00Z`)
  return !Number.isNaN(dayMs) && new Date(dayMs).toISOString().startsWith(date) ? ms : undefined
}
