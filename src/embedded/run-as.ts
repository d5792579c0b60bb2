/**
 * Why this file: PostgreSQL refuses to run as root, and root is who people are in containers. The
 * server then gets an account of its own, and that account must be able to reach its files.
 */
import { execFile } from 'node:child_process'
import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { HoldfastError } from '../domain/errors.js'
import { isErrno } from './errno.js'

const run = promisify(execFile)

/** An account of the system, in the form that `spawn` and `chown` want. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/** A place for what cannot stay in a folder that only root can enter. */
export const SYSTEM_FOLDER = '/var/lib/holdfast'

const USERADD_ATTEMPTS_MAX = 10
const USERADD_PAUSE_MS = 200

export function isRoot(): boolean {
  return process.getuid?.() === 0
}

/**
 * The account that the server runs under; undefined means ours. What exists already decides, the
 * data or else their home: PostgreSQL insists on being started by the owner of its data. New data
 * get the account `holdfast`, made now if need be, or where none can be made, another that owns little.
 *
 * Node (libuv) drops root's supplementary groups when it starts a process under another account.
 */
export async function serverAccount(data: string): Promise<Account | undefined> {
  if (!isRoot()) return undefined
  for (const folder of [data, dirname(data)]) {
    const owner = await stat(folder).catch(() => undefined)
    if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  }

  const account =
    (await makeAccount('holdfast')) ??
    (await findAccount('postgres')) ??
    (await findAccount('_postgres')) ??
    (await findAccount('nobody'))
  if (account) return account
  throw new HoldfastError(
    'embedded_unavailable',
    'PostgreSQL refuses to run as root, and there is no other account for it: neither holdfast ' +
      '(useradd failed), nor postgres, nor nobody. Run Holdfast as another user, or set DATABASE_URL.',
  )
}

/** Tries again for a while: two processes may add the account at once, and one finds it locked. */
async function makeAccount(name: string): Promise<Account | undefined> {
  for (let attempt = 1; attempt <= USERADD_ATTEMPTS_MAX; attempt++) {
    const found = await findAccount(name)
    if (found) return found
    try {
      await run('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', name])
    } catch (error) {
      const locked = error instanceof Error && /lock|exists/i.test(error.message)
      if (!locked) return undefined
      await pause(USERADD_PAUSE_MS)
    }
  }
  return findAccount(name)
}

async function findAccount(name: string): Promise<Account | undefined> {
  const table = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const fields = table
    .split('\n')
    .map((line) => line.split(':'))
    .find((line) => line[0] === name)
  const [uid, gid] = [Number(fields?.[2]), Number(fields?.[3])]
  return uid > 0 && gid >= 0 ? { uid, gid } : undefined
}

/**
 * The first folder on the way to `path`, itself included, that `account` cannot enter; undefined
 * when the way is free. Without an account: that a stranger cannot enter.
 */
export async function closedFolder(path: string, account?: Account): Promise<string | undefined> {
  const way: string[] = []
  for (let at = await realpath(path); ; at = dirname(at)) {
    way.unshift(at)
    if (at === dirname(at)) break
  }
  for (const folder of way) {
    if (!(await mayRead(folder, 0o1, account))) return folder
  }
  return undefined
}

/** True when `account`, or any stranger, has these permission bits (4 read, 1 enter or execute). */
export async function mayRead(path: string, bits: number, account?: Account): Promise<boolean> {
  try {
    const { mode, uid, gid } = await stat(path)
    const shift = account?.uid === uid ? 6 : account?.gid === gid ? 3 : 0
    return ((mode >> shift) & bits) === bits
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'EACCES')) return false
    throw error
  }
}
