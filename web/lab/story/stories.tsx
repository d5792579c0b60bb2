/** What went wrong, as stories: of each strategy that was caught, what happened, and why it cannot elsewhere. */
import { useSignal } from '@preact/signals'
import type { Story, Track } from '../../../src/cli/lab/wire.js'
import { grouped, spoken } from '../words.js'
import { Replays } from './replays.js'
import { Witness } from './witness.js'
import './story.css'

export function Stories({ tracks }: { tracks: readonly Track[] }) {
  const caught = tracks.filter(({ verdict }) => (verdict?.stories.length ?? 0) > 0)
  return (
    <>
      {caught.map((track) => (
        <StoriesOf key={track.name} track={track} />
      ))}
    </>
  )
}

function StoriesOf({ track }: { track: Track }) {
  const { stories = [], replays = [] } = track.verdict ?? {}
  const own = replays.find(({ strategy }) => strategy === track.name)
  return (
    <section class="stories" aria-labelledby={`stories-${track.name}`}>
      <h2 id={`stories-${track.name}`}>What went wrong under {track.name}</h2>
      <Anomalies stories={stories} own={own} />
      {replays.length > 0 && <Replays replays={replays} name={track.name} />}
    </section>
  )
}

export interface AnomaliesProps {
  readonly stories: readonly Story[]
  /** The same under the strategy itself, step by step, for the SQL. */
  readonly own?: Parameters<typeof Witness>[0]['own']
}

/** One story for each kind of anomaly, and a way to choose among them. */
export function Anomalies({ stories, own }: AnomaliesProps) {
  const chosen = useSignal(0)
  const story = stories[chosen.value] ?? stories[0]
  if (story === undefined) return null
  return (
    <>
      {stories.length > 1 && (
        <fieldset class="story-choice" aria-label="Kinds of anomaly">
          {stories.map(({ name, count }, i) => (
            <button
              key={name}
              class="button"
              type="button"
              aria-pressed={i === chosen.value}
              onClick={() => {
                chosen.value = i
              }}
            >
              {spoken(name)} <span class="figures soft">{grouped(count)}</span>
            </button>
          ))}
        </fieldset>
      )}
      <Witness key={story.name} story={story} own={own} />
    </>
  )
}
