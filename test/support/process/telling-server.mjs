/**
 * A server process that books, cancels and tells of it by mail and by webhooks, for tests that kill it: it
 * takes commands as engine-server.mjs does. Runs what was built.
 */
import { openHoldfast } from '../../../dist/engine/holdfast.js'
import { emailChannel } from '../../../dist/engine/notices/email.js'
import { createWebhookChannel } from '../../../dist/notices/channels/webhook.js'
import { createSmtp } from '../../../dist/notices/mail/smtp.js'
import { readTemplates } from '../../../dist/notices/mail/template-folder.js'

const { url, mailUrl, timeoutMs } = JSON.parse(process.argv[2])

const mail = emailChannel({
  send: createSmtp({ url: mailUrl, timeoutMs }),
  from: { name: 'A hotel', address: 'bookings@hotel.example' },
  staff: undefined,
  language: 'en',
  templates: await readTemplates(undefined),
  publicUrl: () => 'http://hotel.example',
})
const webhooks = ({ db, tokens }) =>
  createWebhookChannel({ db, derive: tokens.derive, rules: { toLoopback: true }, timeoutMs })

const holdfast = openHoldfast({ url, connectionsMax: 4, channels: [mail, webhooks] })
await holdfast.maintain()

const methods = { reserve: holdfast.reservations.create, cancel: holdfast.reservations.cancel }

process.on('disconnect', () => process.exit(0))
process.on('message', async ({ id, method, args }) => {
  try {
    process.send({ id, answer: await methods[method](...args) })
  } catch (error) {
    process.send({ id, fault: error.code ?? String(error) })
  }
})
process.send({ ready: true })
