/** The story's requests as bars from call to answer, and a line at the moment that is told. */
import type { StoryRequest } from '../../../src/cli/lab/wire.js'
import { duration } from '../words.js'

const WIDTH = 600
const ROW = 30
const NAME = 84

export function Timeline({ requests, atMs }: { requests: readonly StoryRequest[]; atMs: number }) {
  const endMs = Math.max(0.001, ...requests.flatMap(({ fromMs, toMs }) => [fromMs, toMs ?? 0]))
  const x = (ms: number) => NAME + (Math.min(ms, endMs) / endMs) * (WIDTH - NAME - 2)
  const foot = requests.length * ROW
  return (
    <svg class="timeline" viewBox={`0 0 ${WIDTH} ${foot + 18}`} aria-hidden="true">
      {requests.map(({ client, fromMs, toMs, outcome }, i) => (
        <g key={`${client} ${fromMs}`}>
          <text x={0} y={i * ROW + 19}>
            client {client}
          </text>
          <rect
            class={`timeline-${outcome}`}
            x={x(fromMs)}
            y={i * ROW + 7}
            width={Math.max(3, x(toMs ?? endMs) - x(fromMs))}
            height={16}
            rx={4}
          />
        </g>
      ))}
      <line class="timeline-now" x1={x(atMs)} x2={x(atMs)} y1={0} y2={foot} />
      <text class="timeline-scale" x={NAME} y={foot + 14}>
        0
      </text>
      <text class="timeline-scale" x={WIDTH - 2} y={foot + 14} text-anchor="end">
        {duration(endMs)}
      </text>
    </svg>
  )
}
