/** `holdfast notices`: what somebody was to be told and was not, and what becomes of it. */
import type { Command } from 'commander'
import { HoldfastError } from '../../domain/errors.js'
import { isUuid } from '../../domain/ids.js'
import type { Holdfast } from '../../engine/holdfast.js'
import { readConfig } from '../config/config.js'
import { withHoldfast } from '../database/with-holdfast.js'
import { type OutputFlags, print, table } from '../print/output.js'
import { printable } from '../print/printable.js'

interface ListFlags extends OutputFlags {
  readonly listing?: string
}

interface LetterFlags extends OutputFlags {
  readonly listing: string
}

const PAGE = 200

export function addNotices(program: Command): void {
  const notices = program
    .command('notices')
    .description('list what somebody was to be told and was not, send it again')
  notices
    .command('list')
    .description('list dead letters, the oldest first')
    .option('--listing <id>', 'of this listing only')
    .option('--json', 'print the list as JSON')
    .action(list)
  for (const [verb, description] of [
    ['resend', 'tell it again, now'],
    ['dismiss', 'tell nobody any more'],
  ] as const) {
    notices
      .command(verb)
      .description(description)
      .argument('<id>', "the dead letter's id, as `notices list` shows it")
      .requiredOption('--listing <id>', 'the listing that it is about')
      .option('--json', 'print it as JSON')
      .action((id: string, flags: LetterFlags) => lookAfter(verb, id, flags))
  }
}

async function list({ listing, ...flags }: ListFlags): Promise<void> {
  if (listing !== undefined && !isUuid(listing)) throw noListing(listing)
  const letters = await withHoldfast(readConfig(process.env), (holdfast) =>
    readAll(holdfast, listing),
  )
  const rows = letters.map((letter) => [
    letter.id,
    letter.listing_id,
    letter.kind,
    printable(letter.destination),
    String(letter.attempts),
    printable(letter.reason ?? ''),
  ])
  print(
    flags,
    letters,
    letters.length === 0
      ? ['There is no dead letter.']
      : table([['ID', 'LISTING', 'KIND', 'DESTINATION', 'ATTEMPTS', 'REASON'], ...rows]),
  )
}

async function readAll({ notices }: Holdfast, listingId: string | undefined) {
  const { showDeadLetter } = await loadViews()
  const letters = []
  for (let after: string | undefined; ; ) {
    const page = await notices.deadLetters(listingId, { after, limit: PAGE })
    for (const row of page) letters.push({ listing_id: row.listingId, ...showDeadLetter(row) })
    if (page.length < PAGE) return letters
    after = page.at(-1)?.deliveryId
  }
}

async function lookAfter(
  verb: 'resend' | 'dismiss',
  id: string,
  { listing, ...flags }: LetterFlags,
): Promise<void> {
  await withHoldfast(readConfig(process.env), async ({ notices }) => {
    const { showDeadLetter } = await loadViews()
    const row = await notices[verb](listing, id)
    if (row === undefined) {
      throw new HoldfastError(
        'not_found',
        `listing ${listing} has no dead letter ${id}; \`holdfast notices list\` has all`,
      )
    }
    const done = verb === 'resend' ? 'is sent again' : 'is dismissed'
    print(flags, showDeadLetter(row), [`${row.deliveryId} (${row.kind}) ${done}`])
  })
}

function noListing(id: string): HoldfastError {
  return new HoldfastError('not_found', `there is no listing ${id}`)
}

const loadViews = () => import('../../http/notices/route.js')
