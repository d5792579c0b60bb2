/**
 * Looks things up together: one query at a time, for all that came while the one before it ran. However
 * many callers come with keys that are not known yet, the database has one small question to answer, and
 * nobody waits for more than two.
 */

interface Waiting<Found> {
  readonly name: string
  resolve(found: Found | undefined): void
  reject(error: unknown): void
}

/**
 * @param find finds what exists under some names, in any order
 * @returns looks up one name; undefined when nothing is under it. What `find` throws is thrown to
 * everybody whom it looked for
 */
export function lookingUpTogether<Found>(
  find: (names: readonly string[]) => Promise<readonly Found[]>,
  nameOf: (found: Found) => string,
): (name: string) => Promise<Found | undefined> {
  let waiting: Waiting<Found>[] = []
  let looking = false

  async function look(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        const found = await find([...new Set(batch.map((each) => each.name))])
        const byName = new Map(found.map((each) => [nameOf(each), each]))
        for (const { name, resolve } of batch) resolve(byName.get(name))
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    looking = false
  }

  return (name) =>
    new Promise((resolve, reject) => {
      waiting.push({ name, resolve, reject })
      if (looking) return
      looking = true
      void look()
    })
}
