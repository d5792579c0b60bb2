import type { IssuedWebhook, Webhook } from 'holdfast/client'
import { useState } from 'preact/hooks'
import { client } from '../../api.js'
import { Shown } from '../../calls/shown.js'
import { useResource } from '../../calls/use-resource.js'
import { hrefOf } from '../../hrefs.js'
import type { PageProps } from '../../page-props.js'
import { Page } from '../../shell/page.js'
import { Facts } from '../facts.js'
import { Secret } from '../secret.js'
import { change, remove, rotate, test, turn } from './actions.js'
import { Deliveries } from './deliveries.js'

/** One endpoint: what it is told, and what it answered. */
export function WebhookPage({ params }: Pick<PageProps, 'params'>) {
  const id = params['id'] ?? ''
  const [issued, setIssued] = useState<IssuedWebhook>()
  const [turnOf, setTurn] = useState(0)
  const webhook = useResource(`webhook ${id}`, (signal) => client.webhooks.get(id, { signal }))
  const after = () => {
    webhook.reload()
    setTurn((before) => before + 1)
  }
  const onIssued = (made: IssuedWebhook) => {
    setIssued(made)
    after()
  }
  return (
    <Page
      title="Endpoint"
      lead={<a href={hrefOf('webhooks')}>All endpoints</a>}
      actions={
        webhook.value !== undefined && <Actions of={webhook.value} {...{ after, onIssued }} />
      }
    >
      {issued !== undefined && (
        <Secret
          title="The endpoint’s new secret"
          text="It is shown this once. Until the time below messages are signed with the old one as well."
          secret={issued.secret}
          onClose={() => setIssued(undefined)}
        />
      )}
      <Shown of={webhook} what="the endpoint">
        {(shown) => <About webhook={shown} />}
      </Shown>
      <Deliveries webhookId={id} turn={turnOf} after={after} />
    </Page>
  )
}

function About({ webhook }: { webhook: Webhook }) {
  const { url, kinds, description, disabled, disabled_reason, old_secret_until } = webhook
  const off = disabled_reason === 'gone' ? 'Off: it answered that it is gone' : 'Off'
  return (
    <Facts
      of={[
        ['Address', url ?? 'A listener on the command line'],
        ['State', disabled ? off : 'On'],
        ['Kinds of events', kinds.length === 0 ? 'Every kind' : kinds.join(', ')],
        ...(description === '' ? [] : [['What it is for', description] as const]),
        ...(old_secret_until === null
          ? []
          : [['Old secret until', new Date(old_secret_until).toLocaleString('en-GB')] as const]),
      ]}
    />
  )
}

interface ActionsProps {
  readonly of: Webhook
  after(): void
  onIssued(made: IssuedWebhook): void
}

function Actions({ of: webhook, after, onIssued }: ActionsProps) {
  return (
    <>
      <button type="button" class="button" onClick={() => change(webhook, after)}>
        Change
      </button>
      <button type="button" class="button" onClick={() => turn(webhook, after)}>
        {webhook.disabled ? 'Turn on' : 'Turn off'}
      </button>
      <button type="button" class="button" onClick={() => rotate(webhook, onIssued)}>
        New secret
      </button>
      <button type="button" class="button danger" onClick={() => remove(webhook)}>
        Forget
      </button>
      <button type="button" class="button main" onClick={() => test(webhook, after)}>
        Send a test
      </button>
    </>
  )
}
