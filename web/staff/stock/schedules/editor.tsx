import type { Listing, Resource, Schedule } from 'holdfast/client'
import { useMemo, useState } from 'preact/hooks'
import { client } from '../../api.js'
import { ask } from '../../shell/ask.js'
import { Part } from '../../shell/page.js'
import { given, wayBack } from '../back.js'
import { Consequences } from './consequences.js'
import { bodyOf, type Draft, draftOf, isChanged } from './draft.js'
import { type Effect, effectOf, sentencesOf } from './effect.js'
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
export function Editor(props: EditorProps) {
  const { listing, resource, scheduled, reload } = props
  const { schedule } = scheduled
  const [draft, setDraft] = useState<Draft>(() => draftOf(schedule))
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }))
  const changed = isChanged(draft, schedule)
  const effect = useMemo(() => effectOf(termsOf(draft), scheduled, Date.now()), [draft, scheduled])
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
          <button
            type="button"
            class="button main"
            disabled={!changed}
            onClick={() => save(props, draft, effect)}
          >
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
}

function save({ listing, resource, scheduled, reload }: EditorProps, draft: Draft, effect: Effect) {
  const { schedule, etag } = scheduled
  const set = (body: Body, ifMatch: string | number | undefined) =>
    client.slots.setSchedule(
      ...([listing.id, resource.id, body] as const),
      ifMatch === undefined ? {} : { ifMatch },
    )
  const follows =
    draft.soldBy === 'slots'
      ? 'Free slots change once slots are made again.'
      : 'What is on offer follows at once.'
  ask<Schedule>({
    title: `Save the schedule of ${resource.name}?`,
    text: `${sentencesOf(effect).join(' ')} ${follows}`,
    yes: 'Save the schedule',
    asksReason: true,
    act: ({ reason }) => set({ ...bodyOf(draft), ...given({ reason }) }, etag),
    done: ({ version }) => {
      reload()
      const text = 'The schedule is saved.'
      if (schedule === undefined) return text
      const back = () => set(bodyOf(draftOf(schedule)), version)
      return { text, undo: wayBack(back, 'The schedule is as it was.', reload) }
    },
  })
}

type Body = Parameters<typeof client.slots.setSchedule>[2]

/** With what a slot needs, also while ranges are sold. */
function termsOf(draft: Draft) {
  return { slot_minutes: draft.slotMinutes, ...bodyOf(draft) }
}
