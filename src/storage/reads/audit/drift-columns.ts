/** What the checks of an audit are made of. */

/**
 * A condition on the rows of a table, which limits them to what is audited: all of the database, or
 * the listing `$1`.
 */
export type WhichRows = (table: string) => string

/** What a statement selects of a row at which the two accounts disagree. */
export function driftColumns(
  table: string,
  key: string,
  column: string,
  [expected, actual]: readonly [string, string],
): string {
  return `
  select ${table}.listing_id as "listingId", '${table}' as "table", (${key})::text as key,
         '${column}' as "column", ${expected} as expected, ${actual} as actual`
}
