/** `holdfast webhooks`: the endpoints that are told of events, what they were told, and what they missed. */
import type { Command } from 'commander'
import type { IssuedWebhook, Webhook } from '../../contract/notices/webhook.js'
import { HoldfastError } from '../../domain/errors.js'
import type { EventKind } from '../../domain/event.js'
import type { Holdfast } from '../../engine/holdfast.js'
import { readConfig } from '../config/config.js'
import { wholeNumber } from '../config/whole-number.js'
import { withHoldfast } from '../database/with-holdfast.js'
import { type OutputFlags, print, printNote, table } from '../print/output.js'

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
}

function addCreate(webhooks: Command): void {
  withWanted(webhooks.command('create'))
    .description('have an endpoint told of events; its secret is shown only this once')
    .requiredOption('--url <url>', 'where events are sent: https, on the public internet')
    .option('--description <text>', 'what the endpoint is for')
    .option('--json', 'print the endpoint and its secret as JSON')
    .action(create)
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

function unknown(what: string, id: string): HoldfastError {
  return new HoldfastError('not_found', `there is no ${what} ${id}`)
}

function tooMany(limit: number): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `there are ${limit} endpoints already: delete one first`,
  )
}
