/** What clients were answered, by kind: one bar, and the figures in words. */
import type { Frame } from '../../../src/cli/lab/wire.js'
import { grouped } from '../words.js'

const KINDS = [
  { name: 'reserved', words: 'yes' },
  { name: 'refused', words: 'no' },
  { name: 'conflicts', words: 'try again' },
  { name: 'unknown', words: 'no answer' },
] as const

export function Answers({ frame }: { frame: Frame }) {
  return (
    <div class="answers">
      <div class="answers-bar" aria-hidden="true">
        {KINDS.map(({ name }) => (
          <span key={name} class={`answers-${name}`} style={{ flexGrow: frame[name] }} />
        ))}
      </div>
      <ul class="answers-words figures">
        {KINDS.map(({ name, words }) => (
          <li key={name}>
            <span class={`answers-dot answers-${name}`} aria-hidden="true" />
            {grouped(frame[name])} {words}
          </li>
        ))}
      </ul>
    </div>
  )
}
