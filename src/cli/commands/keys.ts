/** `holdfast keys`: makes API keys; without the first one no caller is let in. */
import { type Command, Option } from 'commander'
import type { ApiKey } from '../../contract/api-key.js'
import { HoldfastError } from '../../domain/errors.js'
import { isUuid } from '../../domain/ids.js'
import type { Scope } from '../../domain/scope.js'
import type { Holdfast } from '../../engine/holdfast.js'
import { readConfig } from '../config/config.js'
import { withHoldfast } from '../database/with-holdfast.js'
import { type OutputFlags, print, printNote, table } from '../print/output.js'
import { printable } from '../print/printable.js'

interface CreateFlags extends OutputFlags {
  readonly scope: Scope
  readonly name: string
  readonly listing?: readonly string[]
  readonly origin?: readonly string[]
}

/** As `SCOPES` of the contract, whose schemas would take too long to load for a list of flags. */
const SCOPES: Readonly<Record<Scope, true>> = { admin: true, seller: true, storefront: true }

const PAGE = 200

export function addKeys(program: Command): void {
  const keys = program.command('keys').description('make, list and revoke API keys')
  keys
    .command('create')
    .description('make a key; it is shown only this once, alone on stdout')
    .addOption(
      new Option('--scope <scope>', 'what the key may do')
        .choices(Object.keys(SCOPES))
        .makeOptionMandatory(),
    )
    .requiredOption('--name <name>', 'whose key it is, or what it is for')
    .option('--listing <id...>', "listings that a seller's or a storefront's key may touch")
    .option(
      '--origin <origin...>',
      "web pages that may use a storefront's key, such as https://shop.example; * for every page",
    )
    .option('--json', 'print the key and what is kept of it as JSON')
    .action(create)
  keys
    .command('list')
    .description('list the keys, revoked ones too')
    .option('--json', 'print the list as JSON')
    .action(list)
  keys
    .command('revoke')
    .description('revoke a key for good')
    .argument('<id>', "the key's id, as `keys list` shows it")
    .option('--json', 'print the key as JSON')
    .action(revoke)
}

async function create(flags: CreateFlags): Promise<void> {
  const { scope, name, listing: listingIds = [], origin: origins = [] } = flags
  await withHoldfast(readConfig(process.env), async ({ keys }) => {
    const { showApiKey } = await loadViews()
    const issued = await keys.create({ name, scope, listingIds, origins })
    if (issued === undefined) {
      throw new HoldfastError(
        'not_found',
        `a listing among ${listingIds.join(', ')} does not exist`,
      )
    }
    print(flags, { ...showApiKey(issued.row), key: issued.key }, [issued.key])
    if (!flags.json)
      printNote(`This is the only time that the key is shown. Its id: ${issued.row.keyId}`)
  })
}

async function list(flags: OutputFlags): Promise<void> {
  const keys = await withHoldfast(readConfig(process.env), readAll)
  const rows = keys.map((key) => [
    key.id,
    key.scope,
    `hf_${key.prefix}_…`,
    key.name,
    key.revoked_at === null ? (key.last_used_at ?? 'never used') : `revoked ${key.revoked_at}`,
  ])
  print(
    flags,
    keys,
    keys.length === 0
      ? ['There is no key: `holdfast keys create` makes one.']
      : table([['ID', 'SCOPE', 'KEY', 'NAME', 'LAST USED'], ...rows]),
  )
}

async function readAll(holdfast: Holdfast): Promise<ApiKey[]> {
  const { showApiKey } = await loadViews()
  const keys: ApiKey[] = []
  for (;;) {
    const page = await holdfast.keys.list({ after: keys.at(-1)?.id, limit: PAGE })
    keys.push(...page.map(showApiKey))
    if (page.length < PAGE) return keys
  }
}

async function revoke(id: string, flags: OutputFlags): Promise<void> {
  await withHoldfast(readConfig(process.env), async ({ keys }) => {
    const { showApiKey } = await loadViews()
    const row = isUuid(id) ? await keys.revoke(id) : undefined
    if (row === undefined) {
      throw new HoldfastError('not_found', `there is no key ${id}; \`holdfast keys list\` has all`)
    }
    const key = showApiKey(row)
    const name = printable(key.name)
    print(flags, key, [`revoked ${key.id} (${name}); running servers know within a second`])
  })
}

const loadViews = () => import('../../http/views/views.js')
