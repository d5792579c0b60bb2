/** The server of the runs on an installed PostgreSQL: started for the run, gone with its data after it. */
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { freePort } from '../process/free-port.js'
import { until } from '../until.js'
import { type InstalledPostgres, installedPostgres } from './installed-postgres.js'
import { provideTemplate } from './template.js'

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const installed = installedPostgres()
  if (installed === undefined) throw new Error('HOLDFAST_TEST_POSTGRES is not set')
  const server = await start(installed)
  await provideTemplate(project, server.url)
  return server.release
}

async function start({ folder }: InstalledPostgres) {
  const account = serverAccount()
  const home = mkdtempSync(join(tmpdir(), 'holdfast-postgres-'))
  if (account.uid !== undefined) chownSync(home, account.uid, account.gid)
  const data = join(home, 'data')
  const options = { ...account, cwd: '/', stdio: 'ignore' } as const
  execFileSync(
    join(folder, 'initdb'),
    [`--pgdata=${data}`, '--encoding=UTF8', '--locale=C', '--auth=trust', '--username=holdfast'],
    options,
  )
  const port = await freePort()
  const settings = [
    ...[`port=${port}`, `unix_socket_directories=${home}`, 'max_connections=200'],
    // As the embedded server has it; compiling plans takes longer than running them once.
    'jit=off',
  ]
  const words = settings.flatMap((setting) => ['-c', setting])
  const server = spawn(join(folder, 'postgres'), ['-D', data, ...words], options)
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const url = `postgres://holdfast@127.0.0.1:${port}/postgres`
  await until('the installed PostgreSQL serves', async () => {
    if (server.exitCode !== null) throw new Error(`it ended with status ${server.exitCode}`)
    return canConnect(url)
  })
  return {
    url,
    async release() {
      server.kill('SIGINT')
      await ended
      rmSync(home, { recursive: true })
    },
  }
}

/** PostgreSQL refuses to run as root: then as the account that its package made. */
function serverAccount(): { uid: number; gid: number } | { uid?: never; gid?: never } {
  if (process.getuid?.() !== 0) return {}
  const idOf = (kind: string) =>
    Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

async function canConnect(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    return false
  }
}
