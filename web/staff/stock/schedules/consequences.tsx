import { spanText } from '../../../shared/times.js'
import { type Effect, sentencesOf } from './effect.js'

const NAMED_MAX = 5

/** What saving would do to the slots that are there. */
export function Consequences({ effect, zone }: { effect: Effect; zone: string }) {
  const { sold } = effect
  return (
    <div
      class={sold.length > 0 ? 'message signal consequences' : 'message consequences'}
      role="status"
    >
      {sentencesOf(effect).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {sold.length > 0 && (
        <ul class="figures">
          {sold.slice(0, NAMED_MAX).map(({ pool_id, from, to }) => (
            <li key={pool_id}>{spanText(zone, Date.parse(from), Date.parse(to), 'short')}</li>
          ))}
          {sold.length > NAMED_MAX && <li>and {sold.length - NAMED_MAX} more</li>}
        </ul>
      )}
    </div>
  )
}
