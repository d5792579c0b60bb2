/**
 * A promise, or several, that a test awaits only after something else. Until then nobody would hear
 * that it fails, and a failure that nobody hears fails the whole run in place of this one test.
 *
 * @example
 * const first = later(db.query('select 1 as n'))
 * await expect(db.query('select 1 / 0')).rejects.toThrow()
 * expect(await first).toEqual([{ n: 1 }])
 */
export function later<Kept extends Promise<unknown> | readonly Promise<unknown>[]>(
  kept: Kept,
): Kept {
  // Whatever has `then` and `catch` will do: what Fastify's `inject` gives is no Promise.
  const promises = (Array.isArray(kept) ? kept : [kept]) as readonly Promise<unknown>[]
  for (const promise of promises) promise.catch(() => {})
  return kept
}
