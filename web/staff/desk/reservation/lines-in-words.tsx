import type { Line } from 'holdfast/client'
import { wordsOf } from '../../words/lines.js'
import type { Names } from '../../words/names.js'

/** What a reservation is for, each line with its time by the clocks of the place. */
export function LinesInWords({ lines, names }: { lines: readonly Line[]; names: Names }) {
  return (
    <ul class="plain lines-in-words">
      {wordsOf(lines, names).map(({ key, quantity, what, when, clocks }) => (
        <li key={key}>
          <span class="line-what">{quantity === 1 ? what : `${quantity} × ${what}`}</span>
          {when !== undefined && <span class="figures">{when}</span>}
          {clocks !== undefined && <span class="soft small">{clocks}</span>}
        </li>
      ))}
    </ul>
  )
}
