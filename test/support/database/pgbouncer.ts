/** A PgBouncer of the test's own in front of the run's server, as Debian's package has it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serverAccount } from '../../../src/embedded/run-as.js'
import { freePort } from '../process/free-port.js'
import { installed } from '../process/installed.js'
import { until } from '../until.js'
import { withClient } from './with-client.js'

const PROGRAM = installed('pgbouncer')

/** False where the package is not installed. */
export const HAS_PGBOUNCER = PROGRAM !== undefined

/** Two sessions: four connections of a program's have to share them. */
const SESSIONS = 2

/**
 * Starts one in transaction mode that knows no named statements, and asks for no password.
 *
 * @param databaseUrl of the role and the database that it leads to
 */
export async function startPgBouncer(
  databaseUrl: string,
): Promise<{ url: string; close(): Promise<void> }> {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-pgbouncer-'))
  const account = await serverAccount(folder)
  const file = (name: string) => join(folder, name)
  const listenPort = await freePort()
  writeFileSync(
    file('users'),
    `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"\n`,
  )
  const settings = [
    '[databases]',
    `* = host=${hostname} port=${port}`,
    '[pgbouncer]',
    ...['listen_addr = 127.0.0.1', `listen_port = ${listenPort}`, 'unix_socket_dir ='],
    ...['auth_type = trust', `auth_file = ${file('users')}`],
    ...['pool_mode = transaction', `default_pool_size = ${SESSIONS}`],
  ]
  writeFileSync(file('pgbouncer.ini'), `${settings.join('\n')}\n`)
  if (account !== undefined) {
    for (const path of [folder, file('users'), file('pgbouncer.ini')]) {
      chownSync(path, account.uid, account.gid)
    }
  }
  const url = `postgres://${username}@127.0.0.1:${listenPort}${pathname}`
  const child = spawn(PROGRAM ?? 'pgbouncer', [file('pgbouncer.ini')], {
    ...account,
    cwd: '/',
    stdio: 'ignore',
  })
  await until('PgBouncer answers', () => answers(url, child))
  return {
    url,
    async close() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`PgBouncer ended with ${child.exitCode}`)
  return withClient(url, () => Promise.resolve(true)).catch(() => false)
}
