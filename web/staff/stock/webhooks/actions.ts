/** What can be done with an endpoint. */
import type { IssuedWebhook, Webhook, WebhookDelivery } from 'holdfast/client'
import { go } from '../../../shared/route.js'
import { client } from '../../api.js'
import { hrefOf } from '../../hrefs.js'
import { ask } from '../../shell/ask.js'
import { wayBack } from '../back.js'
import { kindsOf } from './kinds.js'

const HOURS_MAX = 168

export function change({ id, url, kinds, description }: Webhook, after: () => void): void {
  ask<Webhook>({
    title: 'Change the endpoint',
    text: 'It counts for what is sent from now on.',
    yes: 'Save',
    fields: [
      { name: 'url', label: 'Address', type: 'url', value: url ?? '' },
      {
        ...{ name: 'kinds', label: 'Kinds of events', value: kinds.join(' '), isOptional: true },
        hint: 'Several with spaces. Empty: every kind.',
      },
      { name: 'description', label: 'What it is for', value: description, isOptional: true },
    ],
    act: ({ url: address = '', kinds: wanted, description: about = '' }) =>
      client.webhooks.change(id, { url: address, kinds: kindsOf(wanted), description: about }),
    done: () => {
      after()
      const before = { kinds, description, ...(url === null ? {} : { url }) }
      const act = () => client.webhooks.change(id, before)
      return {
        text: 'The endpoint is changed.',
        undo: wayBack(act, 'The endpoint is as it was.', after),
      }
    },
  })
}

export function turn({ id, disabled }: Webhook, after: () => void): void {
  ask<Webhook>({
    title: disabled ? 'Turn the endpoint on?' : 'Turn the endpoint off?',
    text: disabled
      ? 'It is told of what happens from now on. A replay brings what it missed.'
      : 'It is told nothing until it is on again. A replay then brings what it missed.',
    yes: disabled ? 'Turn it on' : 'Turn it off',
    act: () => client.webhooks.change(id, { disabled: !disabled }),
    done: () => {
      after()
      const act = () => client.webhooks.change(id, { disabled })
      return {
        text: disabled ? 'The endpoint is on.' : 'The endpoint is off.',
        undo: wayBack(act, 'The endpoint is as it was.', after),
      }
    },
  })
}

export function rotate({ id }: Webhook, onIssued: (made: IssuedWebhook) => void): void {
  ask<IssuedWebhook>({
    title: 'Give the endpoint another secret?',
    text: 'For a while messages are signed with both, so that the receiver can change over.',
    yes: 'Make a new secret',
    fields: [
      {
        ...{ name: 'hours', label: 'The old secret signs as well, for hours', value: '24' },
        ...{ type: 'number' as const, min: 0, max: HOURS_MAX },
        hint: '0 where others have learnt it.',
      },
    ],
    act: ({ hours }) => client.webhooks.rotate(id, { keep_old_seconds: Number(hours) * 3_600 }),
    done: (made) => {
      onIssued(made)
      return undefined
    },
  })
}

export function test({ id }: Webhook, after: () => void): void {
  ask<WebhookDelivery>({
    title: 'Send a test?',
    text: 'The endpoint gets an event of the kind webhook.test. The deliveries show what it answers.',
    yes: 'Send it',
    act: () => client.webhooks.test(id),
    done: () => {
      after()
      return 'The test is on its way.'
    },
  })
}

export function remove({ id, url }: Webhook): void {
  ask<Webhook>({
    title: 'Forget the endpoint?',
    text: `Nothing more is sent to ${url ?? 'it'}, its deliveries are gone, and so is its secret. There is no way back.`,
    yes: 'Forget it',
    isDanger: true,
    typed: 'forget',
    act: () => client.webhooks.delete(id),
    done: () => {
      go(hrefOf('webhooks'))
      return 'The endpoint is forgotten.'
    },
  })
}
