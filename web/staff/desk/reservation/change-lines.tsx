import { useEffect, useRef, useState } from 'preact/hooks'
import { client } from '../../api.js'
import { sentenceOf, sentenceOfError } from '../../calls/sentences.js'
import { ask } from '../../shell/ask.js'
import { lineText, wordsOf } from '../../words/lines.js'
import type { Names } from '../../words/names.js'
import { type Draft, draftsOf, wantedOf } from './drafts.js'
import { LineDraft } from './line-draft.js'
import type { PartProps } from './props.js'

interface ChangeLinesProps extends PartProps {
  readonly names: Names
  /** Called when it was changed, or is to stay as it is. */
  readonly close: () => void
}

/** Swaps what the reservation is for, all of it or nothing. */
export function ChangeLines(props: ChangeLinesProps) {
  const { reservation, names, close } = props
  const [drafts, setDrafts] = useState<readonly Draft[]>(() => draftsOf(reservation.lines))
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])

  const put = (draft: Draft) =>
    setDrafts(drafts.map((each) => (each.key === draft.key ? draft : each)))
  const last = drafts.at(-1)
  return (
    <section class="card about">
      <h2 ref={heading} tabIndex={-1}>
        Change what it is for
      </h2>
      <form
        class="drafts"
        onSubmit={(event) => {
          event.preventDefault()
          change(props, drafts)
        }}
      >
        {drafts.map((draft, index) => (
          <LineDraft
            key={draft.key}
            draft={draft}
            number={index + 1}
            names={names}
            listingId={props.listing.id}
            onChange={put}
            onRemove={
              drafts.length === 1
                ? undefined
                : () => setDrafts(drafts.filter(({ key }) => key !== draft.key))
            }
          />
        ))}
        <div class="action-bar">
          <button type="submit" class="button main">
            Change to this
          </button>
          {last !== undefined && (
            <button
              type="button"
              class="button"
              onClick={() => setDrafts([...drafts, { ...last, key: last.key + 1 }])}
            >
              Add a line
            </button>
          )}
          <button type="button" class="button quiet" onClick={close}>
            Leave it as it is
          </button>
        </div>
      </form>
    </section>
  )
}

function change(
  { listing, reservation, names, after, close }: ChangeLinesProps,
  drafts: readonly Draft[],
): void {
  const before = wordsOf(reservation.lines, names).map(lineText).join('; ')
  ask({
    title: 'Change this reservation?',
    text: `It has now: ${before}. What it no longer needs is free for everybody at once.`,
    yes: 'Change',
    asksReason: true,
    act: ({ reason }) =>
      client.reservations.change(
        listing.id,
        reservation.id,
        { lines: wantedOf(drafts), ...(reason === undefined ? {} : { reason }) },
        { ifMatch: reservation.version },
      ),
    refused: after,
    done: (changed) => {
      close()
      after()
      const text = `Changed to ${wordsOf(changed.lines, names).map(lineText).join('; ')}.`
      return { text, undo: () => changeBack({ listing, reservation, after }) }
    },
  })
}

/** Others may have taken in the meantime what was given back. */
async function changeBack({ listing, reservation, after }: PartProps): Promise<string> {
  try {
    const lines = wantedOf(draftsOf(reservation.lines))
    const answer = await client.reservations.change(listing.id, reservation.id, { lines })
    after()
    return answer.ok ? 'It is as it was.' : sentenceOf(answer.refusal)
  } catch (error) {
    return sentenceOfError(error)
  }
}
