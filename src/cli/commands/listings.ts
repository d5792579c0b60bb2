/** `holdfast listings`: puts something on sale, and shows what is on sale. */
import { readFile } from 'node:fs/promises'
import { text as readAllOf } from 'node:stream/consumers'
import { type Command, InvalidArgumentError } from 'commander'
import type { Listing } from '../../contract/listing.js'
import { HoldfastError } from '../../domain/errors.js'
import type { Holdfast } from '../../engine/holdfast.js'
import { readConfig } from '../config/config.js'
import { wholeIn } from '../config/settings.js'
import { withHoldfast } from '../database/with-holdfast.js'
import type { ListingFile } from '../print/listing-file.js'
import { listingLines, viewListing } from '../print/listing-view.js'
import { type OutputFlags, print, table } from '../print/output.js'

type Resource = ListingFile['resources'][number]

interface CreateFlags extends OutputFlags {
  readonly name?: string
  readonly timeZone?: string
  readonly resource?: readonly Resource[]
}

const PAGE = 200
const CAPACITY_RANGE = [0, 2 ** 31 - 1] as const

export function addListings(program: Command): void {
  const listings = program.command('listings').description('create, show and list listings')
  listings
    .command('create')
    .description(
      'create a listing from flags, or from a JSON file as `listings create --help` shows',
    )
    .argument('[file]', 'JSON file to read it from; - is stdin')
    .option('--name <name>', 'what people call it')
    .option('--time-zone <zone>', 'an IANA time zone; UTC if none is named')
    .option('--resource <name=capacity...>', 'a resource and how many it has', resources)
    .option('--json', 'print the listing as JSON')
    .addHelpText('after', EXAMPLES)
    .action(create)
  listings
    .command('show')
    .description('show a listing and what is left of it')
    .argument('<id>', "the listing's id")
    .option('--json', 'print the listing as JSON')
    .action(show)
  listings
    .command('list')
    .description('list all listings')
    .option('--json', 'print the list as JSON')
    .action(list)
}

const EXAMPLES = `
Examples:
  holdfast listings create --name 'Go conference' --resource 'Hotel A=200' 'Hotel B=50'
  holdfast listings create conference.json

A file has what the API takes, with resources and their pools:
  {
    "name": "Go conference",
    "time_zone": "Europe/Paris",
    "policy": { "customer_units_max": 5, "hold_seconds_max": 900 },
    "resources": [{ "name": "Hotel A", "pools": [{ "capacity": 200 }] }]
  }`

/** For each `--resource`, added to those before it. */
function resources(text: string, before: readonly Resource[] | undefined): readonly Resource[] {
  const [, name = '', digits = ''] = /^(.+)=([^=]*)$/.exec(text) ?? []
  const capacity = wholeIn(digits, CAPACITY_RANGE)
  if (capacity === undefined) {
    throw new InvalidArgumentError('Allowed: a name, =, and a whole number, as in Hotel A=200.')
  }
  return [...(before ?? []), { name, pools: [{ capacity }] }]
}

async function create(file: string | undefined, flags: CreateFlags): Promise<void> {
  const config = readConfig(process.env)
  const { newListingOf } = await import('../print/listing-file.js')
  const wanted = newListingOf(await wantedListing(file, flags))
  await withHoldfast(config, async (holdfast) => {
    const { listingId } = await holdfast.listings.create(wanted)
    const view = await viewListing(holdfast, listingId)
    print(flags, view, listingLines(view))
  })
}

/** @throws HoldfastError `invalid_input` */
async function wantedListing(file: string | undefined, flags: CreateFlags): Promise<ListingFile> {
  const { checkedListing, readListingFile } = await import('../print/listing-file.js')
  const { name, timeZone, resource } = flags
  const byFlags = name !== undefined || timeZone !== undefined || resource !== undefined
  if (file !== undefined && byFlags) {
    throw new HoldfastError('invalid_input', 'give either a file or flags, not both')
  }
  if (file !== undefined) {
    return readListingFile(await readText(file), file === '-' ? 'stdin' : file)
  }
  if (name === undefined) {
    throw new HoldfastError(
      'invalid_input',
      'a listing needs a name: --name, or a file that has it',
    )
  }
  const zone = timeZone === undefined ? {} : { time_zone: timeZone }
  return checkedListing({ name, ...zone, resources: resource ?? [] }, 'what the flags describe')
}

/** @throws HoldfastError `invalid_input` when the file cannot be read */
async function readText(file: string): Promise<string> {
  try {
    return file === '-' ? await readAllOf(process.stdin) : await readFile(file, 'utf8')
  } catch (cause) {
    const { message } = cause as Error
    throw new HoldfastError('invalid_input', `cannot read ${file}: ${message}`, { cause })
  }
}

async function show(id: string, flags: OutputFlags): Promise<void> {
  const view = await withHoldfast(readConfig(process.env), (holdfast) => viewListing(holdfast, id))
  print(flags, view, listingLines(view))
}

async function list(flags: OutputFlags): Promise<void> {
  const listings = await withHoldfast(readConfig(process.env), readAll)
  const rows = listings.map(({ id, name, created_at }) => [id, name, created_at])
  print(
    flags,
    listings,
    rows.length === 0
      ? ['There is no listing: `holdfast listings create` makes one.']
      : table([['ID', 'NAME', 'CREATED'], ...rows]),
  )
}

async function readAll(holdfast: Holdfast): Promise<Listing[]> {
  const { showListing } = await import('../../http/views/views.js')
  const listings: Listing[] = []
  for (;;) {
    const page = await holdfast.listings.list({ after: listings.at(-1)?.id, limit: PAGE })
    listings.push(...page.map(showListing))
    if (page.length < PAGE) return listings
  }
}
