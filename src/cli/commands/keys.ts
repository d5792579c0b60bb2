/** `holdfast keys`: makes the first API key, without which nobody may call, and the others. */
import { type Command, Option } from 'commander'
import type { ApiKey, Scope } from '../../contract/api-key.js'
import { HoldfastError } from '../../domain/errors.js'
import { isUuid } from '../../domain/ids.js'
import type { Database } from '../../storage/driver/database.js'
import { readConfig } from '../config/config.js'
import { withStore } from '../database/open-store.js'
import { type OutputFlags, print, say, table } from '../print/output.js'

interface CreateFlags extends OutputFlags {
  readonly scope: Scope
  readonly name: string
  readonly listing?: readonly string[]
}

/** `SCOPES` of the contract, whose schemas take too long to load for a list of flags. */
const SCOPES: Readonly<Record<Scope, true>> = { admin: true, seller: true, storefront: true }

const LISTINGS_TOLD = 100
const PAGE = 200

export function addKeys(program: Command): void {
  const keys = program.command('keys').description('make, list and revoke API keys')
  keys
    .command('create')
    .description('make a key; it is shown this once, alone on stdout')
    .addOption(
      new Option('--scope <scope>', 'what the key may do')
        .choices(Object.keys(SCOPES))
        .makeOptionMandatory(),
    )
    .requiredOption('--name <name>', 'whose key it is, or what it is for')
    .option('--listing <id...>', "listings that a seller's or a storefront's key may touch")
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
    .argument('<id>', "the key's id, as `keys list` tells it")
    .option('--json', 'print the key as JSON')
    .action(revoke)
}

async function create(flags: CreateFlags): Promise<void> {
  const { scope, name, listing: listingIds = [] } = flags
  await withStore(readConfig(process.env), async (db) => {
    const [{ issueApiKey }, { showApiKey }] = await loadKeys()
    const issued = await issueApiKey(db, { name, scope, listingIds })
    if (issued === undefined) {
      throw new HoldfastError(
        'not_found',
        `a listing among ${listingIds.join(', ')} does not exist`,
      )
    }
    print(flags, { ...showApiKey(issued.row), key: issued.key }, [issued.key])
    if (!flags.json) say(`This is the only time that the key is shown. Its id: ${issued.row.keyId}`)
  })
}

async function list(flags: OutputFlags): Promise<void> {
  const keys = await withStore(readConfig(process.env), readAll)
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

async function readAll(db: Database): Promise<ApiKey[]> {
  const [, { showApiKey }, { listApiKeys }] = await loadKeys()
  const keys: ApiKey[] = []
  for (;;) {
    const page = await listApiKeys(db, { after: keys.at(-1)?.id, limit: PAGE }, LISTINGS_TOLD)
    keys.push(...page.map(showApiKey))
    if (page.length < PAGE) return keys
  }
}

async function revoke(id: string, flags: OutputFlags): Promise<void> {
  await withStore(readConfig(process.env), async (db) => {
    const [, { showApiKey }, { readApiKey, revokeApiKey }] = await loadKeys()
    const known = isUuid(id) && (await revokeApiKey(db, id))
    const row = known ? await readApiKey(db, id, LISTINGS_TOLD) : undefined
    if (row === undefined) {
      throw new HoldfastError('not_found', `there is no key ${id}; \`holdfast keys list\` has all`)
    }
    const key = showApiKey(row)
    print(flags, key, [`revoked ${key.id} (${key.name}); running servers know within a second`])
  })
}

function loadKeys() {
  return Promise.all([
    import('../../access/api-keys.js'),
    import('../../http/views/views.js'),
    import('../../storage/tables/api-keys.js'),
  ])
}
