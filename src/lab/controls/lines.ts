/**
 * Counters as systems without a counter have them: what a pool has taken is the sum of its lines.
 * Several controls look there, because what they get wrong is to believe that the sum stays true.
 */

/** An expression: the units of `pools` that lines keep. For a statement on `pools`. */
export const SUM_OF_LINES = `(
    select coalesce(sum(lines.quantity), 0)
    from reservation_lines as lines
    where lines.listing_id = pools.listing_id
      and lines.pool_id = pools.pool_id
      and lines.given_back_version is null
  )`
