import type { AuditReport, Drift } from 'holdfast/client'
import { useState } from 'preact/hooks'
import { client } from '../../api.js'
import { sentenceOf, sentenceOfError } from '../../calls/sentences.js'
import type { PageProps } from '../../page-props.js'
import { Page, Part } from '../../shell/page.js'
import { CHECKS, findingText } from './checks.js'
import './audit.css'

/** The audit may take minutes with a million reservations. */
const PATIENCE_MS = 600_000

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' }
  | { readonly kind: 'failed'; readonly sentence: string }
  | { readonly kind: 'done'; readonly report: AuditReport }

/** Whether the books add up, while everybody goes on booking. */
export function Audit({ listing }: PageProps) {
  const [state, setState] = useState<State>({ kind: 'idle' })
  const run = async () => {
    if (state.kind === 'running') return
    setState({ kind: 'running' })
    setState(await outcomeOf(listing.id))
  }
  return (
    <Page
      title="Audit"
      lead="Holds the counters, the lines, the versions and the journal against each other, all at one moment. Nobody has to wait meanwhile."
      actions={
        <button
          type="button"
          class="button main"
          aria-disabled={state.kind === 'running'}
          onClick={() => void run()}
        >
          {state.kind === 'running' ? 'Auditing' : `Audit ${listing.name}`}
        </button>
      }
    >
      <div role="status">
        {state.kind === 'running' && <p>Reading everything. This takes a moment.</p>}
        {state.kind === 'failed' && <p class="message danger">{state.sentence}</p>}
        {state.kind === 'done' && <Verdict report={state.report} />}
      </div>
      {state.kind === 'done' && !state.report.ok && <Findings drift={state.report.drift} />}
      <Part title="What is held against what">
        <dl class="checks">
          {CHECKS.map(({ check, promise }) => (
            <div key={check}>
              <dt>{check}</dt>
              <dd>{promise}</dd>
            </div>
          ))}
        </dl>
      </Part>
    </Page>
  )
}

async function outcomeOf(listingId: string): Promise<State> {
  try {
    const answer = await client.audit({ listing_id: listingId }, { timeoutMs: PATIENCE_MS })
    if (answer.ok) return { kind: 'done', report: answer.value }
    return { kind: 'failed', sentence: sentenceOf(answer.refusal) }
  } catch (error) {
    return { kind: 'failed', sentence: sentenceOfError(error) }
  }
}

function Verdict({ report: { ok, pools, reservations, drift } }: { report: AuditReport }) {
  const looked = `${many(pools, 'pool')} and ${many(reservations, 'reservation')}`
  return ok ? (
    <p class="message">
      <strong>Everything adds up.</strong> {looked} were looked at.
    </p>
  ) : (
    <p class="message danger">
      <strong>{many(drift.length, 'row')} did not add up.</strong> {looked} were looked at. Nothing
      was changed: whoever runs the database has to find out how this came about.
    </p>
  )
}

function many(count: number, what: string): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? what : `${what}s`}`
}

function Findings({ drift }: { drift: readonly Drift[] }) {
  return (
    <Part title="What does not add up">
      <ul class="plain card rows">
        {drift.map((found) => (
          <li key={`${found.check} ${found.table} ${found.key} ${found.column}`}>
            <div class="row-main">
              <span class="row-title">{findingText(found)}</span>
              <span>
                Expected <code>{String(found.expected)}</code>, found{' '}
                <code>{String(found.actual)}</code>.
              </span>
              <span class="soft small">
                {found.table} <code class="id">{found.key}</code>, {found.column}
              </span>
            </div>
          </li>
        ))}
      </ul>
    </Part>
  )
}
