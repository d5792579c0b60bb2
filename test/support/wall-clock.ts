/**
 * The clocks of every time zone, as the runtime's own formatter shows them: a second opinion on what the
 * program computes.
 */

const WEEK_MS = 7 * 86_400_000
const MINUTE_MS = 60_000

/** A moment at which the clocks of a zone are set, and how far they were and are ahead of UTC. */
export interface Setting {
  readonly atMs: number
  readonly beforeMs: number
  readonly afterMs: number
}

/** Links, and names without a continent: a zone has several names. */
const OTHER_NAMES = [
  ...['Asia/Calcutta', 'Europe/Kyiv', 'US/Pacific', 'America/Buenos_Aires', 'Etc/GMT+5', 'Zulu'],
  ...['CET', 'EET', 'MET', 'WET', 'EST', 'MST', 'HST', 'EST5EDT', 'PST8PDT', 'Cuba', 'NZ-CHAT'],
]

/** Every zone that the runtime knows, and some of their other names. */
export const EVERY_ZONE: readonly string[] = [
  ...new Set([...Intl.supportedValuesOf('timeZone'), ...OTHER_NAMES]),
]

/** When the clocks of `zone` are set in a year, the first time first. */
export function settingsIn(zone: string, year: number): Setting[] {
  const aheadOf = offsets(zone)
  const settings: Setting[] = []
  const endMs = Date.UTC(year + 1, 0, 1)
  let beforeMs = aheadOf(Date.UTC(year, 0, 1))
  for (let ms = Date.UTC(year, 0, 1); ms < endMs; ms += WEEK_MS) {
    const afterMs = aheadOf(ms + WEEK_MS)
    if (afterMs === beforeMs) continue
    let [low, high] = [ms, ms + WEEK_MS]
    while (high - low > MINUTE_MS) {
      const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS
      if (aheadOf(middle) === beforeMs) low = middle
      else high = middle
    }
    settings.push({ atMs: high, beforeMs, afterMs })
    beforeMs = afterMs
  }
  return settings
}

/** How far the clocks of `zone` are ahead of UTC at an instant. */
export function offsets(zone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  return (ms) => {
    const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const [, sign, hours, minutes] = /^GMT(?:([+-])(\d\d):(\d\d))?/.exec(name) ?? []
    const ahead = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE_MS
    return sign === '-' ? -ahead : ahead
  }
}
