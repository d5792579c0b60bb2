/** Which of several servers is taken, from what each of them said when it was looked at. Pure. */
import type { TargetSession } from '../../../domain/database-hosts.js'
import { HoldfastError } from '../../../domain/errors.js'
import { isBusy, isCrowded } from '../sqlstate.js'
import { ONLY_READS, reasonOf } from '../unreachable.js'
import { type Lineage, OVERTAKEN, overtakenSentence, type Standing } from './lineage.js'

/** What came of a look at one server. */
export type Sighting =
  | { readonly place: string; readonly standing: Standing }
  | { readonly place: string; readonly error: unknown }

export interface Wish {
  readonly target: TargetSession
  /** A server that only reads will do when none writes. */
  readonly onlyToRead: boolean
}

/**
 * The index of the first server that is as wished. All are looked at before one is taken: a server that
 * answers may be an old primary, and another one's timeline is what tells.
 *
 * @param highestOf the highest timeline that was met of a cluster
 * @throws HoldfastError `database_unavailable`, or `overloaded` when one has no connection left: with each
 * server and why it was not taken. Servers of different clusters that all write are a mistake in the URL
 */
export function chooseServer(
  sightings: readonly Sighting[],
  wish: Wish,
  highestOf: (systemId: string) => number,
): number {
  const verdicts = sightings.map((sighting) => verdictOf(sighting, wish.target, highestOf))
  const isOfOneCluster = new Set(verdicts.flatMap(({ systemId }) => systemId ?? [])).size < 2
  if (!isOfOneCluster) throw new HoldfastError('database_unavailable', strangers(sightings))
  const wanted = verdicts.findIndex(({ why }) => why === undefined)
  if (wanted !== -1) return wanted
  const readable = verdicts.findIndex(({ readable }) => readable)
  if (wish.onlyToRead && readable !== -1) return readable
  throw nobody(sightings, verdicts)
}

interface Verdict {
  /** Why it is not taken; undefined when it is as wished. */
  readonly why: string | undefined
  /** Whether what it shows is not of an abandoned history. */
  readonly readable: boolean
  readonly isOvertaken?: boolean
  /** Of a server that would be taken. */
  readonly systemId?: string | undefined
}

function verdictOf(
  sighting: Sighting,
  target: TargetSession,
  highestOf: (systemId: string) => number,
): Verdict {
  if ('error' in sighting) return { why: reasonOf(sighting.error), readable: false }
  const { onlyReads, isStandby, lineage } = sighting.standing
  const higher = lineage === undefined ? 0 : highestOf(lineage.systemId)
  if (!isStandby && lineage !== undefined && higher > lineage.timeline) {
    const why = overtakenSentence(lineage.timeline, higher)
    return { why, readable: false, isOvertaken: true }
  }
  if (target !== 'any' && isStandby) return { why: 'a standby, which only reads', readable: true }
  if (target === 'read-write' && onlyReads) return { why: 'it only reads', readable: true }
  return { why: undefined, readable: true, systemId: lineage?.systemId }
}

function nobody(sightings: readonly Sighting[], verdicts: readonly Verdict[]): HoldfastError {
  const each = sightings.map(({ place }, i) => `${place}: ${verdicts[i]?.why}`).join('; ')
  const isFull = (sighting: Sighting) =>
    'error' in sighting && (isBusy(sighting.error) || isCrowded(sighting.error))
  const isOvertaken = verdicts.some((verdict) => verdict.isOvertaken)
  const answered = verdicts.some(({ readable }) => readable)
  const begin = isOvertaken ? OVERTAKEN : answered ? ONLY_READS : 'cannot reach the database'
  return new HoldfastError(
    sightings.some(isFull) ? 'overloaded' : 'database_unavailable',
    `${begin}; none of its servers can be taken: ${each}`,
    { cause: sightings.find((sighting) => 'error' in sighting) },
  )
}

function strangers(sightings: readonly Sighting[]): string {
  const each = sightings.flatMap((sighting) => {
    const lineage: Lineage | undefined = 'error' in sighting ? undefined : sighting.standing.lineage
    return lineage === undefined ? [] : [`${sighting.place} is of ${lineage.systemId}`]
  })
  return `the database's URL names servers that write and are of different clusters: ${each.join(', ')}`
}
