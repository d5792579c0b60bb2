/** `holdfast webhooks`: the endpoints that are told of events, what they were told, and what they missed. */
import { type Command, Option } from 'commander'
import type { IssuedWebhook, Webhook, WebhookDelivery } from '../../contract/notices/webhook.js'
import { HoldfastError } from '../../domain/errors.js'
import type { EventKind } from '../../domain/event.js'
import { instantOf } from '../../domain/time/instant.js'
import type { Holdfast } from '../../engine/holdfast.js'
import { readConfig } from '../config/config.js'
import { wholeNumber } from '../config/whole-number.js'
import { withHoldfast } from '../database/with-holdfast.js'
import { EXIT } from '../print/exit-codes.js'
import { count, type OutputFlags, print, printNote, table } from '../print/output.js'
import { interruptible } from '../race/interruption.js'

interface WantedFlags {
  readonly listing?: string
  readonly kind?: readonly EventKind[]
}

interface CreateFlags extends OutputFlags, WantedFlags {
  readonly url: string
  readonly description?: string
}

interface RotateFlags extends OutputFlags {
  readonly keepOldSeconds?: number
}

interface DeliveriesFlags extends OutputFlags {
  readonly state?: WebhookDelivery['state']
  readonly limit: number
}

interface ReplayFlags extends OutputFlags {
  readonly delivery?: string
  readonly from?: string
  readonly to?: string
  readonly onlyDead?: boolean
}

interface ListenFlags extends WantedFlags {
  readonly forwardTo: string
}

/** As the contract has them, whose schemas would take too long to load for a list of flags. */
const STATES: Readonly<Record<WebhookDelivery['state'], true>> = {
  due: true,
  delivered: true,
  dead: true,
  needless: true,
}

const PAGE = 200
const WEEK_SECONDS = 604_800
const MS_PER_SECOND = 1_000

export function addWebhooks(program: Command): void {
  const webhooks = program
    .command('webhooks')
    .description('endpoints that are told of events: make, list, rotate, look, send again')
  addCreate(webhooks)
  webhooks
    .command('list')
    .description('list the endpoints')
    .option('--listing <id>', 'only those of this listing')
    .option('--json', 'print the list as JSON')
    .action(list)
  webhooks
    .command('rotate')
    .description('give an endpoint another secret; it is shown only this once, alone on stdout')
    .argument('<id>', "the endpoint's id, as `webhooks list` shows it")
    .option(
      '--keep-old-seconds <n>',
      'how long the secret before signs as well; default a day, 0 for one that others have learnt',
      wholeNumber(0, WEEK_SECONDS),
    )
    .option('--json', 'print the endpoint and its secret as JSON')
    .action(rotate)
  webhooks
    .command('deliveries')
    .description('list what an endpoint was told and what it answered, the newest first')
    .argument('<id>', "the endpoint's id")
    .addOption(
      new Option('--state <state>', 'only those in this state').choices(Object.keys(STATES)),
    )
    .option('--limit <n>', 'how many', wholeNumber(1, PAGE), 20)
    .option('--json', 'print the list as JSON')
    .action(deliveries)
  addReplay(webhooks)
  withWanted(webhooks.command('listen'))
    .description('for development: send events to a program on this machine, until Ctrl-C')
    .requiredOption('--forward-to <url>', 'where to, for instance http://localhost:4000/hooks')
    .action(listen)
}

function addCreate(webhooks: Command): void {
  withWanted(webhooks.command('create'))
    .description('have an endpoint told of events; its secret is shown only this once')
    .requiredOption('--url <url>', 'where events are sent: https, on the public internet')
    .option('--description <text>', 'what the endpoint is for')
    .option('--json', 'print the endpoint and its secret as JSON')
    .action(create)
}

function addReplay(webhooks: Command): void {
  webhooks
    .command('replay')
    .description('send one delivery again, or those of a span of time')
    .argument('<id>', "the endpoint's id")
    .option('--delivery <id>', 'the delivery to send again')
    .option('--from <time>', 'events from this time on, RFC 3339')
    .option('--to <time>', 'and before this time; default now')
    .option('--only-dead', 'of a span only what was given up')
    .option('--json', 'print how many as JSON')
    .action(replay)
}

function withWanted(command: Command): Command {
  return command
    .option('--listing <id>', 'the listing whose events; default every listing')
    .option('--kind <kind...>', 'the kinds of events; default every kind')
}

async function create(flags: CreateFlags): Promise<void> {
  const { url, description } = flags
  await withDoor(async ({ webhooks }, { showIssuedWebhook }) => {
    const made = await webhooks.create({
      ...wantedOf(flags),
      url,
      ...(description === undefined ? {} : { description }),
    })
    if (made === undefined) throw unknown('listing', flags.listing ?? '')
    if (made.kind === 'webhook_limit') throw tooMany(made.limit)
    printSecret(flags, showIssuedWebhook(made))
  })
}

async function list(flags: OutputFlags & WantedFlags): Promise<void> {
  const all = await withDoor(async ({ webhooks }, { showWebhook }) => {
    const found: Webhook[] = []
    for (;;) {
      const after = found.at(-1)?.id
      const page = await webhooks.list({ after, limit: PAGE }, { listingId: flags.listing })
      found.push(...page.map(showWebhook))
      if (page.length < PAGE) return found
    }
  })
  const rows = all.map((webhook) => [
    webhook.id,
    webhook.listing_id ?? 'every listing',
    webhook.kinds.join(',') || 'every kind',
    webhook.url ?? '(listening)',
    webhook.disabled_reason ?? 'on',
  ])
  print(
    flags,
    all,
    all.length === 0
      ? ['There is no endpoint: `holdfast webhooks create` makes one.']
      : table([['ID', 'LISTING', 'KINDS', 'URL', 'STATE'], ...rows]),
  )
}

async function rotate(id: string, flags: RotateFlags): Promise<void> {
  const { keepOldSeconds } = flags
  await withDoor(async ({ webhooks }, { showIssuedWebhook }) => {
    const keep = keepOldSeconds === undefined ? {} : { keepOldMs: keepOldSeconds * MS_PER_SECOND }
    const rotated = await webhooks.rotate(id, keep)
    if (rotated === undefined) throw unknown('endpoint', id)
    printSecret(flags, showIssuedWebhook(rotated))
  })
}

function printSecret(flags: OutputFlags, webhook: IssuedWebhook): void {
  print(flags, webhook, [webhook.secret])
  if (flags.json) return
  const { id, old_secret_until: until } = webhook
  printNote(`This is the only time that the secret is shown. Its endpoint: ${id}`)
  if (until !== null) printNote(`The secret before signs as well until ${until}.`)
}

async function deliveries(id: string, flags: DeliveriesFlags): Promise<void> {
  const { state, limit } = flags
  const found = await withDoor(async ({ webhooks }, { showDelivery }) => {
    const rows = await webhooks.deliveries(id, { after: undefined, limit }, { state })
    if (rows === undefined) throw unknown('endpoint', id)
    return rows.map(showDelivery)
  })
  const rows = found.map((delivery) => [
    delivery.id,
    delivery.kind,
    delivery.state,
    String(delivery.attempts),
    delivery.attempted_at ?? 'not yet',
    delivery.status === null ? (delivery.reason ?? '') : String(delivery.status),
    delivery.answer?.slice(0, 60) ?? '',
  ])
  print(
    flags,
    found,
    found.length === 0
      ? ['The endpoint has been told nothing.']
      : table([['ID', 'KIND', 'STATE', 'ATTEMPTS', 'LAST', 'STATUS', 'ANSWER'], ...rows]),
  )
}

async function replay(id: string, flags: ReplayFlags): Promise<void> {
  const { delivery, from, to, onlyDead } = flags
  const sent = await withDoor(async ({ webhooks }) => {
    const replayed = await webhooks.replay(id, {
      deliveryId: delivery,
      fromMs: momentOf('--from', from),
      toMs: momentOf('--to', to),
      onlyDead,
    })
    if (replayed === undefined) throw unknown('endpoint or delivery', delivery ?? id)
    if (replayed === 'disabled') {
      throw new HoldfastError('invalid_input', `the endpoint ${id} is disabled`)
    }
    return replayed
  })
  print(flags, { deliveries: sent }, [
    `${count(sent, 'delivery').replace(/ys$/, 'ies')} sent again`,
  ])
}

async function listen(flags: ListenFlags): Promise<void> {
  if (!URL.canParse(flags.forwardTo) || !/^https?:/.test(flags.forwardTo)) {
    throw new HoldfastError('invalid_input', `--forward-to is a URL, not ${flags.forwardTo}`)
  }
  const { interrupted } = await interruptible((signal) =>
    withDoor(async (holdfast) => {
      const { forward } = await import('../webhooks/forward.js')
      const listening = await holdfast.webhooks.listen(wantedOf(flags), signal)
      if (listening === undefined) throw unknown('listing', flags.listing ?? '')
      if (listening.kind === 'webhook_limit') throw tooMany(listening.limit)
      printNote(`Signed with ${listening.secret}. Ctrl-C ends it.`)
      for await (const message of listening.messages) {
        print({}, undefined, [await forward(message, flags.forwardTo)])
        await message.done()
      }
    }),
  )
  if (interrupted) process.exitCode = EXIT.interrupted
}

type Views = typeof import('../../http/webhooks/views.js')

function withDoor<Value>(work: (holdfast: Holdfast, views: Views) => Promise<Value>) {
  return withHoldfast(readConfig(process.env), async (holdfast) =>
    work(holdfast, await import('../../http/webhooks/views.js')),
  )
}

function wantedOf({ listing, kind }: WantedFlags) {
  return {
    ...(listing === undefined ? {} : { listingId: listing }),
    ...(kind === undefined ? {} : { kinds: kind }),
  }
}

function momentOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = instantOf(text)
  if (ms !== undefined) return ms
  throw new HoldfastError(
    'invalid_input',
    `${flag} is a time such as 2026-11-21T18:30Z, not ${text}`,
  )
}

function unknown(what: string, id: string): HoldfastError {
  return new HoldfastError('not_found', `there is no ${what} ${id}`)
}

function tooMany(limit: number): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `there are ${limit} endpoints already: delete one first`,
  )
}
