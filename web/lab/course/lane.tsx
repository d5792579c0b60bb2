/** One strategy: its pools, its answers, its pace, and in the end its verdict. */
import type { Frame, Lane as LaneData, LaneVerdict } from '../../../src/cli/lab/wire.js'
import { duration, grouped } from '../words.js'
import { Answers } from './answers.js'
import { Line } from './line.js'
import { Tanks } from './tanks.js'

export interface LaneProps {
  readonly lane: LaneData
  readonly scale: number
  readonly momentMs: number | undefined
}

export function Lane({ lane, scale, momentMs }: LaneProps) {
  const frames =
    momentMs === undefined ? lane.frames : lane.frames.filter(({ atMs }) => atMs <= momentMs)
  const frame = frames.at(-1) ?? lane.frames[0]
  const isEnd = momentMs === undefined && lane.verdict !== undefined
  const pools = isEnd ? (lane.verdict?.pools ?? []) : (frame?.pools ?? [])
  const last = lane.frames.at(-1)
  return (
    <article class="card lane" aria-labelledby={`lane-${lane.name}`}>
      <header class="lane-head">
        <h3 id={`lane-${lane.name}`}>{lane.name}</h3>
        <State lane={lane} />
        <p class="small soft">
          {lane.idea}
          {lane.safe ? '' : ' · a control'}
        </p>
      </header>
      {frame === undefined ? (
        <p class="soft lane-waits">
          {lane.phase === 'waiting' ? 'Waits for its turn' : 'Its servers are starting'}
        </p>
      ) : (
        <>
          <Tanks pools={pools} scale={scale} />
          <Answers frame={frame} />
          <Now frame={frame} lane={lane} />
          <div class="lane-lines">
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
      {lane.verdict !== undefined && <VerdictOf verdict={lane.verdict} />}
    </article>
  )
}

function State({ lane }: { lane: LaneData }) {
  if (lane.verdict === undefined) {
    return <span class="tag lane-state">{lane.phase === 'racing' ? 'racing' : 'waiting'}</span>
  }
  const { verdict } = lane.verdict
  const tone = { ok: '', violation: ' danger', inconclusive: ' signal' }[verdict]
  return <span class={`tag lane-state${tone}`}>{verdict === 'ok' ? 'OK' : verdict}</span>
}

function Now({ frame, lane }: { frame: Frame; lane: LaneData }) {
  const figures = [
    ['in flight', grouped(frame.inFlight)],
    ['clients done', `${grouped(frame.clientsDone)} of ${grouped(lane.clients)}`],
    ['servers alive', `${grouped(frame.serversAlive)} of ${grouped(lane.servers)}`],
    ['retries', grouped(frame.retries)],
  ]
  return (
    <dl class="lane-figures figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function VerdictOf({ verdict }: { verdict: LaneVerdict }) {
  const [first = '', ...rest] = verdict.sentences
  const tone = { ok: '', violation: ' danger', inconclusive: ' signal' }[verdict.verdict]
  return (
    <div class={`message lane-verdict${tone}`}>
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
