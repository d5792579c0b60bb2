import type { Listing, Resource, Schedule } from 'holdfast/client'
import { useMemo, useState } from 'preact/hooks'
import { client } from '../../api.js'
import { sentenceOf, sentenceOfError } from '../../calls/sentences.js'
import { ask } from '../../shell/ask.js'
import { Part } from '../../shell/page.js'
import { Consequences } from './consequences.js'
import { bodyOf, type Draft, draftOf, isChanged } from './draft.js'
import { effectOf, sentencesOf } from './effect.js'
import { Exceptions } from './exceptions.js'
import type { Scheduled } from './load.js'
import { MakeSlots } from './make-slots.js'
import { Terms } from './terms.js'
import { textOf, WEEKDAY_NAMES, WEEKDAYS } from './week.js'
import { WeekGrid } from './week-grid.js'

interface EditorProps {
  readonly listing: Listing
  readonly resource: Resource
  readonly scheduled: Scheduled
  reload(): void
}

/** A schedule, and what becomes of the slots that are there before it is saved. */
export function Editor({ listing, resource, scheduled, reload }: EditorProps) {
  const { schedule, etag } = scheduled
  const [draft, setDraft] = useState<Draft>(() => draftOf(schedule))
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }))
  const changed = isChanged(draft, schedule)
  const effect = useMemo(() => effectOf(termsOf(draft), scheduled, Date.now()), [draft, scheduled])
  const save = () =>
    ask<Schedule>({
      title: `Save the schedule of ${resource.name}?`,
      text: `${sentencesOf(effect).join(' ')} ${
        draft.soldBy === 'slots'
          ? 'Free slots change once slots are made again.'
          : 'What is on offer follows at once.'
      }`,
      yes: 'Save the schedule',
      asksReason: true,
      act: ({ reason }) =>
        client.slots.setSchedule(
          listing.id,
          resource.id,
          { ...bodyOf(draft), ...(reason === undefined ? {} : { reason }) },
          etag === undefined ? {} : { ifMatch: etag },
        ),
      done: (saved) => {
        reload()
        const undo = schedule === undefined ? {} : { undo: () => backTo(schedule, saved, reload) }
        return { text: 'The schedule is saved.', ...undo }
      },
    })

  return (
    <>
      <Part title="Week">
        <WeekGrid week={draft.week} onChange={(week) => change({ week })} />
        <dl class="week-text figures">
          {WEEKDAYS.map((day) => (
            <div key={day}>
              <dt>{WEEKDAY_NAMES[day]}</dt>
              <dd>{textOf(draft.week[day])}</dd>
            </div>
          ))}
        </dl>
      </Part>
      <Part title="Dates with hours of their own">
        <Exceptions
          exceptions={draft.exceptions}
          today={scheduled.from}
          onChange={(exceptions) => change({ exceptions })}
        />
      </Part>
      <Part title="How it is sold">
        <Terms draft={draft} exclusive={resource.exclusive} onChange={change} />
      </Part>
      <div class="save-bar card">
        {changed ? (
          <Consequences effect={effect} zone={scheduled.zone} />
        ) : (
          <p class="soft">Nothing is changed.</p>
        )}
        <div class="save-buttons">
          <button
            type="button"
            class="button"
            disabled={!changed}
            onClick={() => setDraft(draftOf(schedule))}
          >
            Start over
          </button>
          <button type="button" class="button main" disabled={!changed} onClick={save}>
            Save…
          </button>
        </div>
      </div>
      {schedule?.sold_by === 'slots' && (
        <Part title="Slots">
          <MakeSlots {...{ listing, resource, scheduled }} onDone={reload} />
        </Part>
      )}
    </>
  )

  async function backTo(old: Schedule, { version }: Schedule, done: () => void): Promise<string> {
    try {
      const options = { ifMatch: version }
      const answer = await client.slots.setSchedule(
        ...([listing.id, resource.id, bodyOf(draftOf(old)), options] as const),
      )
      done()
      return answer.ok ? 'The schedule is as it was.' : sentenceOf(answer.refusal)
    } catch (error) {
      return sentenceOfError(error)
    }
  }
}

/** With what a slot needs, also while ranges are sold. */
function termsOf(draft: Draft) {
  return { slot_minutes: draft.slotMinutes, ...bodyOf(draft) }
}
