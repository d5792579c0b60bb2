/** One run of the lab's page: races strategies in turns, keeps what was seen of them, tells who listens. */
import { HoldfastError } from '../../domain/errors.js'
import type { ComparedStrategy, Comparison } from '../../lab/compare/comparison.js'
import type { History } from '../../lab/history/history.js'
import { CONTESTANTS } from '../../lab/race/contestants.js'
import type { ContestantName, RaceResult, RaceSnapshot } from '../../lab/race/race.js'
import type { SimulateOptions } from '../../lab/race/simulate.js'
import type { ForcedMeeting } from '../../lab/replay/meeting.js'
import { SCENARIOS } from '../../lab/scenarios/registry.js'
import { STRATEGY_NAMES } from '../../strategies/strategy.js'
import { groundLines } from '../terminal/ground-lines.js'
import { sumsOf } from '../terminal/live/race-figures.js'
import { verdictSentences } from '../terminal/verdict/verdict.js'
import { commandOf, type RequestedRace } from './race-request.js'
import type { Frame, Run, Track, TrackVerdict } from './wire.js'

export interface RunPlace extends Pick<SimulateOptions, 'inPlace'> {
  readonly databaseUrl: string
}

export interface RunListener {
  /** Something besides frames is different. */
  changed(run: Run): void
  seen(track: number, frame: Frame): void
}

/** Of a race that lasts for minutes every second frame is forgotten, again and again. */
const FRAMES_MAX = 600

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] }
type OpenTrack = Writable<Track> & { frames: Frame[] }

export class LabRun {
  readonly #requested: RequestedRace
  readonly #place: RunPlace
  readonly #listener: RunListener
  readonly #stop = new AbortController()
  readonly #histories = new Map<ContestantName, History>()
  readonly #meetings = new Map<OpenTrack, ForcedMeeting>()
  readonly #tracks: OpenTrack[]
  readonly #run: Writable<Run>

  constructor(id: number, requested: RequestedRace, place: RunPlace, listener: RunListener) {
    this.#requested = requested
    this.#place = place
    this.#listener = listener
    const { race, strategies } = requested
    const { about, words } = SCENARIOS[race.scenario]
    this.#tracks = strategies.map((name) => ({
      name,
      idea: CONTESTANTS[name].idea,
      safe: CONTESTANTS[name].safe,
      phase: 'waiting',
      clients: race.clients,
      servers: race.servers,
      frames: [],
    }))
    this.#run = {
      id,
      phase: 'racing',
      scenario: race.scenario,
      about,
      ...words,
      seed: race.seed,
      command: commandOf(requested),
      note: 'Making a database of its own',
      tracks: this.#tracks,
      startedAt: new Date().toISOString(),
      ground: '',
    }
  }

  get state(): Run {
    return this.#run
  }

  history(strategy: string): History | undefined {
    return this.#histories.get(strategy as ContestantName)
  }

  stop(): void {
    this.#stop.abort()
  }

  /** Resolves when everything is over; what went wrong is told in the state. */
  async race(): Promise<void> {
    try {
      const comparison = await this.#compare()
      if (comparison !== undefined) {
        this.#take(comparison.strategies)
        this.#run.ground = groundLines(comparison.database, [], Number.POSITIVE_INFINITY).join(' ')
        await this.#replay()
      }
      this.#run.phase = this.#stop.signal.aborted ? 'stopped' : 'over'
    } catch (error) {
      // A race that was stopped while it was being prepared fails in its own words.
      this.#run.phase = this.#stop.signal.aborted ? 'stopped' : 'failed'
      this.#run.fault = sentenceOf(error)
    }
    this.#run.note = ''
    this.#changed()
  }

  async #compare(): Promise<Comparison | undefined> {
    const { compare } = await import('../../lab/compare/compare.js')
    const { race, strategies } = this.#requested
    return compare(race, {
      ...this.#place,
      strategies,
      rounds: 1,
      signal: this.#stop.signal,
      onHistory: async (history, strategy) => void this.#histories.set(strategy, history),
      onSnapshot: ({ current, race: snapshot, soFar }) => {
        this.#take(soFar)
        const track = this.#tracks.find(({ name }) => name === current.strategy)
        if (track !== undefined) this.#see(track, snapshot)
      },
    })
  }

  #see(track: OpenTrack, snapshot: RaceSnapshot | undefined): void {
    const note = snapshot === undefined ? `Preparing the race of ${track.name}` : ''
    const isNews = track.phase !== 'racing' || note !== this.#run.note
    track.phase = 'racing'
    this.#run.note = note
    if (isNews) this.#changed()
    if (snapshot === undefined) return
    const frame = frameOf(snapshot)
    if (track.frames.length >= FRAMES_MAX) track.frames = track.frames.filter((_, i) => i % 2 === 1)
    track.frames.push(frame)
    this.#listener.seen(this.#tracks.indexOf(track), frame)
  }

  /** Takes the results that are new. */
  #take(rows: readonly ComparedStrategy[]): void {
    for (const { strategy, races } of rows) {
      const track = this.#tracks.find(({ name }) => name === strategy)
      const [result] = races
      if (track === undefined || track.phase === 'over' || result === undefined) continue
      track.phase = 'over'
      track.verdict = this.#judged(track, result)
      this.#changed()
    }
  }

  #judged(track: OpenTrack, result: RaceResult): TrackVerdict {
    const { stories } = result
    const meeting = stories.find((story) => story.meeting !== undefined)?.meeting
    if (meeting !== undefined) this.#meetings.set(track, meeting)
    return {
      verdict: result.verdict,
      sentences: verdictSentences(result),
      reservedPerSecond: result.reservedPerSecond,
      p50Ms: result.latencyMs.p50,
      p99Ms: result.latencyMs.p99,
      elapsedMs: result.elapsedMs,
      pools: result.pools.slice(0, POOLS_MAX).map(({ name, capacity, sold }) => {
        return { name, capacity, sold, over: Math.max(0, sold - capacity) }
      }),
      stories: stories.map(({ meeting: _, ...story }) => story),
      replays: [],
    }
  }

  async #replay(): Promise<void> {
    if (this.#meetings.size === 0) return
    this.#run.phase = 'replaying'
    this.#run.note = 'Repeating what went wrong by force'
    this.#changed()
    const { openReplays } = await import('../../lab/replay/replays.js')
    const { databaseUrl, ...options } = this.#place
    const replays = await openReplays(databaseUrl, { ...options, signal: this.#stop.signal })
    try {
      for (const [track, meeting] of this.#meetings) {
        if (track.verdict === undefined || this.#stop.signal.aborted) continue
        const forced = await replays.under(meeting, ownFirst(track.name as ContestantName))
        track.verdict = { ...track.verdict, replays: forced }
      }
    } finally {
      await replays.close()
    }
  }

  #changed(): void {
    this.#listener.changed(this.#run)
  }
}

/** The strategy that was caught, then all that are safe. */
export function ownFirst(own: ContestantName): readonly ContestantName[] {
  return [own, ...STRATEGY_NAMES.filter((name) => name !== own)]
}

/** The slots of a turf would fill a screen. */
const POOLS_MAX = 12

function frameOf(snapshot: RaceSnapshot): Frame {
  const { counts, recentMs } = snapshot
  const { reserved, refused, conflicts, retries, unknown } = counts
  return {
    atMs: Math.round(snapshot.elapsedMs),
    progress: snapshot.progress,
    pools: snapshot.resources,
    inFlight: snapshot.inFlight,
    serversAlive: snapshot.serversAlive,
    clientsDone: snapshot.clientsDone,
    ...{ reserved, refused, conflicts, retries, unknown },
    perSecond: sumsOf(snapshot).reservedPerSecond,
    p50Ms: recentMs.p50,
    p99Ms: recentMs.p99,
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof HoldfastError) return error.message
  return error instanceof Error ? error.message : String(error)
}
