import type { Operations, WebhookDelivery } from 'holdfast/client'
import { useEffect } from 'preact/hooks'
import { go, place } from '../../../shared/route.js'
import { LOCALE } from '../../../shared/times.js'
import { client } from '../../api.js'
import { Paged, usePaged } from '../../calls/paged.js'
import { Empty } from '../../calls/shown.js'
import { hrefWith } from '../../hrefs.js'
import { ask } from '../../shell/ask.js'
import { Part } from '../../shell/page.js'
import '../../desk/rows.css'
import './deliveries.css'

type Replayed = Operations['replayWebhook']['answer']

const STATES = {
  due: { text: 'On its way', tone: 'tag signal' },
  delivered: { text: 'Delivered', tone: 'tag' },
  dead: { text: 'Given up', tone: 'tag danger' },
  needless: { text: 'Not sent', tone: 'tag signal' },
} as const

const LOOK_MS = 3_000

interface DeliveriesProps {
  readonly webhookId: string
  /** With another figure they are looked at again. */
  readonly turn: number
  after(): void
}

/** What an endpoint was told, the newest first, with what it answered. */
export function Deliveries({ webhookId, turn, after }: DeliveriesProps) {
  const asked = place.value.query.get('state') ?? ''
  const state = asked in STATES ? (asked as WebhookDelivery['state']) : undefined
  const filter = state === undefined ? {} : { delivery_state: state }
  const deliveries = usePaged(
    `deliveries ${webhookId} ${state ?? ''}`,
    (page, signal) => client.webhooks.deliveries(webhookId, { ...page, ...filter }, { signal }),
    { limit: 25, everyMs: LOOK_MS },
  )
  const { reload } = deliveries
  useEffect(() => {
    if (turn > 0) reload()
  }, [turn, reload])
  return (
    <Part
      title="Deliveries"
      aside={
        <button type="button" class="button quiet" onClick={() => replaySpan(webhookId, after)}>
          Send a span again
        </button>
      }
    >
      <div class="field delivery-state">
        <label for="delivery-state">Which</label>
        <select
          id="delivery-state"
          class="input"
          value={state ?? ''}
          onChange={({ currentTarget }) =>
            go(hrefWith({ state: currentTarget.value, cursor: undefined }), { replace: true })
          }
        >
          <option value="">All of them</option>
          {Object.entries(STATES).map(([value, { text }]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </div>
      <Paged
        of={deliveries}
        what="deliveries"
        none={
          <Empty title="Nothing was sent">
            <p>Send a test to see whether the endpoint answers.</p>
          </Empty>
        }
      >
        {(items) => (
          <ul class="plain card rows">
            {items.map((delivery) => (
              <Row key={delivery.id} {...{ webhookId, delivery, after }} />
            ))}
          </ul>
        )}
      </Paged>
    </Part>
  )
}

interface RowProps {
  readonly webhookId: string
  readonly delivery: WebhookDelivery
  after(): void
}

function Row({ webhookId, delivery, after }: RowProps) {
  const { id, kind, state, attempts, status, answer, reason, happened_at } = delivery
  const { text, tone } = STATES[state]
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`
  const replay = () =>
    ask<Replayed>({
      title: 'Send it again?',
      text: 'It goes out under its id of before, so that a receiver recognises what it has had.',
      yes: 'Send it again',
      act: () => client.webhooks.replay(webhookId, { delivery_id: id }),
      done: () => {
        after()
        return 'It is on its way again.'
      },
    })
  return (
    <li>
      <div class="row-main">
        <span class="row-title">{kind}</span>
        <span class="soft small figures">
          {new Date(happened_at).toLocaleString(LOCALE)}, {tries}
          {status !== null && `, answered ${status}`}
        </span>
        {reason !== null && <span class="small">{reason}</span>}
        {answer !== null && answer !== '' && (
          <details>
            <summary class="small">What it answered</summary>
            <pre class="delivery-answer">{answer}</pre>
          </details>
        )}
      </div>
      <div class="row-side">
        <span class={tone}>{text}</span>
        <button type="button" class="button quiet" onClick={replay}>
          Send again<span class="heard">: {kind}</span>
        </button>
      </div>
    </li>
  )
}

function replaySpan(webhookId: string, after: () => void): void {
  ask<Replayed>({
    title: 'Send a span again?',
    text: 'Events of this time go out again, also those that the endpoint missed while it was off.',
    yes: 'Send them again',
    fields: [
      { name: 'from', label: 'From', type: 'datetime-local', hint: 'By your own clock.' },
      { name: 'to', label: 'Until', type: 'datetime-local', isOptional: true, hint: 'Empty: now.' },
      {
        ...{ name: 'which', label: 'Which' },
        options: [
          { value: 'dead', name: 'Only what was given up' },
          { value: 'all', name: 'All of them' },
        ],
      },
    ],
    act: ({ from = '', to, which }) =>
      client.webhooks.replay(webhookId, {
        ...{ from: new Date(from).toISOString(), only_dead: which === 'dead' },
        ...(to === undefined ? {} : { to: new Date(to).toISOString() }),
      }),
    done: ({ deliveries }) => {
      after()
      return `${deliveries} ${deliveries === 1 ? 'delivery goes' : 'deliveries go'} out again.`
    },
  })
}
