import type { JournalEntry, Line } from 'holdfast/client'
import { hrefOf } from '../hrefs.js'
import { actorText } from '../words/actors.js'
import { sentenceOfEntry } from '../words/entries.js'
import { momentText } from '../words/lines.js'
import type { Names } from '../words/names.js'
import './entries.css'

interface EntriesProps {
  readonly entries: readonly JournalEntry[]
  readonly names: Names
  /** Of the one reservation that all entries are about. */
  readonly lines?: readonly Line[]
  /** True: each entry of a reservation leads to it. */
  readonly hasLinks?: boolean
}

/** Entries of the journal in sentences: what, when, who and why. */
export function Entries({ entries, names, lines = [], hasLinks = false }: EntriesProps) {
  return (
    <ol class="plain entries">
      {entries.map((entry) => (
        <li key={entry.id}>
          <time class="soft figures small" dateTime={entry.at}>
            {momentText(names.zoneOf(undefined), entry.at)}
          </time>
          <div>
            <p>{sentenceOfEntry(entry, names, lines)}</p>
            {entry.reason !== null && <p class="entry-reason">“{entry.reason}”</p>}
            <p class="soft small">
              {actorText(entry.actor)}
              {hasLinks && entry.reservation_id !== null && (
                <>
                  {' · '}
                  <a href={hrefOf(`reservation/${entry.reservation_id}`)}>
                    Reservation {entry.reservation_id.slice(-6)}
                  </a>
                </>
              )}
            </p>
          </div>
        </li>
      ))}
    </ol>
  )
}
