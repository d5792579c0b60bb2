/** One strategy: its pools, its answers, its pace, and in the end its verdict. */
import type { Frame, Track as TrackData, TrackVerdict } from '../../../src/cli/lab/wire.js'
import { duration, grouped } from '../words.js'
import { Answers } from './answers.js'
import { Line } from './line.js'
import { Tanks } from './tanks.js'

export interface TrackProps {
  readonly track: TrackData
  readonly scale: number
  readonly momentMs: number | undefined
}

export function Track({ track, scale, momentMs }: TrackProps) {
  const frames =
    momentMs === undefined ? track.frames : track.frames.filter(({ atMs }) => atMs <= momentMs)
  const frame = frames.at(-1) ?? track.frames[0]
  const isEnd = momentMs === undefined && track.verdict !== undefined
  const pools = isEnd ? (track.verdict?.pools ?? []) : (frame?.pools ?? [])
  const last = track.frames.at(-1)
  return (
    <article class="card track" aria-labelledby={`track-${track.name}`}>
      <header class="track-head">
        <h3 id={`track-${track.name}`}>{track.name}</h3>
        <State track={track} />
        <p class="small soft">
          {track.idea}
          {track.safe ? '' : ' · a control'}
        </p>
      </header>
      {frame === undefined ? (
        <p class="soft track-waits">
          {track.phase === 'waiting' ? 'Waits for its turn' : 'Its servers are starting'}
        </p>
      ) : (
        <>
          <Tanks pools={pools} scale={scale} />
          <Answers frame={frame} />
          <Now frame={frame} track={track} />
          <div class="track-lines">
            <Line
              title="reservations a second"
              lines={[{ name: '', values: frames.map(({ perSecond }) => perSecond) }]}
              times={frames.map(({ atMs }) => atMs)}
              untilMs={last?.atMs ?? 1}
              write={grouped}
            />
            <Line
              title="latency of the past second"
              lines={[
                { name: 'p99', values: frames.map(({ p99Ms }) => p99Ms) },
                { name: 'p50', values: frames.map(({ p50Ms }) => p50Ms) },
              ]}
              times={frames.map(({ atMs }) => atMs)}
              untilMs={last?.atMs ?? 1}
              write={duration}
            />
          </div>
        </>
      )}
      {track.verdict !== undefined && <VerdictOf verdict={track.verdict} />}
    </article>
  )
}

function State({ track }: { track: TrackData }) {
  if (track.verdict === undefined) {
    return <span class="tag track-state">{track.phase === 'racing' ? 'racing' : 'waiting'}</span>
  }
  const { verdict } = track.verdict
  const tone = { ok: '', violation: ' danger', inconclusive: ' signal' }[verdict]
  return <span class={`tag track-state${tone}`}>{verdict === 'ok' ? 'OK' : verdict}</span>
}

function Now({ frame, track }: { frame: Frame; track: TrackData }) {
  const figures = [
    ['in flight', grouped(frame.inFlight)],
    ['clients done', `${grouped(frame.clientsDone)} of ${grouped(track.clients)}`],
    ['servers alive', `${grouped(frame.serversAlive)} of ${grouped(track.servers)}`],
    ['retries', grouped(frame.retries)],
  ]
  return (
    <dl class="track-figures figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function VerdictOf({ verdict }: { verdict: TrackVerdict }) {
  const [first = '', ...rest] = verdict.sentences
  const tone = { ok: '', violation: ' danger', inconclusive: ' signal' }[verdict.verdict]
  return (
    <div class={`message track-verdict${tone}`}>
      <p>
        <strong>{first}</strong>
      </p>
      {rest.map((sentence) => (
        <p class="small" key={sentence}>
          {sentence}
        </p>
      ))}
      <p class="small figures">
        {grouped(verdict.reservedPerSecond)} reservations a second, p50 {duration(verdict.p50Ms)},
        p99 {duration(verdict.p99Ms)}, in {duration(verdict.elapsedMs)}
      </p>
    </div>
  )
}
