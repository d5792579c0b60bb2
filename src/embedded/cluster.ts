/**
 * Why this file: before a server can start, there must be data for it to serve. This creates them,
 * so that they are there whole or not at all, and takes them away.
 */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HoldfastError } from '../domain/errors.js'
import type { Binaries } from './binaries.js'
import { isErrno } from './errno.js'
import type { Account } from './run-as.js'

/** The name of the superuser and of the database. */
export const HOLDFAST = 'holdfast'

const PASSWORD_FILE = 'holdfast-password'
const CREATE_MAX_MS = 60_000

/** Where the data are in a home. PostgreSQL's own word for a folder of databases is "cluster". */
export function dataFolder(home: string): string {
  return join(home, 'data')
}

/**
 * Makes sure that there are data of the right version; `fresh` empties them first. Only for who holds
 * the claim on the home, while no server runs.
 */
export async function prepareCluster(given: {
  readonly home: string
  readonly binaries: Binaries
  readonly account: Account | undefined
  readonly fresh: boolean
  readonly onProgress: (line: string) => void
}): Promise<void> {
  const { home, binaries } = given
  const data = dataFolder(home)
  if (given.fresh) await setAside(data)
  await clearDrafts(home)
  const found = await dataVersion(data)
  if (found === binaries.major) return
  if (found !== undefined) {
    throw new HoldfastError(
      'embedded_unavailable',
      `The data in ${data} are from PostgreSQL ${found}, and the embedded server is PostgreSQL ` +
        `${binaries.major}. Use the release of Holdfast that made them, or start fresh.`,
    )
  }
  given.onProgress(`Creating a PostgreSQL data folder in ${data}`)
  await createCluster(home, binaries, given.account)
}

/**
 * All is made in a folder beside and moved into place as the last step: a first start that is
 * killed leaves only a draft, which the next start removes. The password lies among the data, so
 * that the two can never be of different origin.
 */
async function createCluster(
  home: string,
  binaries: Binaries,
  account: Account | undefined,
): Promise<void> {
  const draft = join(home, `data.new-${randomBytes(6).toString('hex')}`)
  const data = join(draft, 'data')
  const password = join(draft, PASSWORD_FILE)
  await mkdir(draft)
  await chmod(draft, 0o755)
  await mkdir(data, { mode: 0o700 })
  await writeFile(password, randomBytes(32).toString('base64url'), { mode: 0o600 })
  if (account) for (const path of [data, password]) await chown(path, account.uid, account.gid)
  try {
    // The order and the rules of text must not depend on the machine: hence the locale that
    // PostgreSQL brings along. The system's own locale matters for little else, and macOS has no C.UTF-8.
    const systemLocale = process.platform === 'linux' ? 'C.UTF-8' : 'C'
    await runProgram(binaries, binaries.initdb, account, [
      `--pgdata=${data}`,
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      `--locale=${systemLocale}`,
      '--auth=scram-sha-256',
      `--username=${HOLDFAST}`,
      `--pwfile=${password}`,
      '--no-instructions',
    ])
    const single = ['--single', '-D', data, 'postgres']
    const printed = await runProgram(
      binaries,
      binaries.postgres,
      account,
      single,
      `create database ${HOLDFAST}\n`,
    )
    if (/ERROR|FATAL|PANIC/.test(printed)) throw failure(binaries.postgres, printed)
    await rename(password, join(data, PASSWORD_FILE))
    await rename(data, dataFolder(home))
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

export async function readPassword(home: string): Promise<string> {
  return readFile(join(dataFolder(home), PASSWORD_FILE), 'utf8')
}

async function dataVersion(data: string): Promise<string | undefined> {
  try {
    return (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}

async function setAside(data: string): Promise<void> {
  try {
    await rename(data, `${data}.old-${randomBytes(6).toString('hex')}`)
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
  }
}

async function clearDrafts(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (/^data\.(new|old)-[0-9a-f]{12}$/.test(name)) {
      await rm(join(home, name), { recursive: true, force: true, maxRetries: 10 })
    }
  }
}

function runProgram(
  binaries: Binaries,
  program: string,
  account: Account | undefined,
  args: readonly string[],
  input = '',
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      cwd: '/',
      env: binaries.environment,
      timeout: CREATE_MAX_MS,
      windowsHide: true,
      ...account,
    }
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error) reject(failure(program, `${stdout}\n${stderr}`, error))
      else resolve(stdout + stderr)
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}

function failure(program: string, output: string, cause?: Error): HoldfastError {
  const printed = output.trim().split('\n').slice(-6).join('\n')
  return new HoldfastError(
    'embedded_unavailable',
    `PostgreSQL's data could not be created: ${program} failed.\n${printed || cause?.message}`,
    { cause },
  )
}
