/**
 * The best that one can do with a single statement per reservation and no books: `pgbench` and one
 * guarded update of the same row. It writes no reservation, no line, no journal.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import type { Sample } from '../results.js'
import type { Stage } from '../stage.js'
import { type Cell, type Entry, PLENTY, type Skip } from './entry.js'

export const PGBENCH_SUBJECT = 'pgbench, one guarded update'
/** A single connection is no contest; two hundred show what waiting for a row costs. */
const CONNECTIONS = [4, 16, 64, 200]
/** What the bench and the server keep for themselves. */
const CONNECTIONS_KEPT = 10
const CONNECTED_PER_SECOND = 100
const DEBIAN_FOLDER = '/usr/lib/postgresql'

export const pgbench: Entry = {
  name: 'pgbench',
  title: 'Reference: one guarded statement by pgbench',
  about:
    '`update pools set taken = taken + 1 … where taken + 1 <= capacity` on one row, prepared, each ' +
    'a transaction of its own, by as many connections as clients. No reservation is written.',
  async open({ stage, options }) {
    const program = await findProgram()
    const cells = CONNECTIONS.map(
      (connections): Cell => ({
        ...{ entry: pgbench.name, subject: PGBENCH_SUBJECT, way: 'SQL', clients: connections },
        measure: async () =>
          program === undefined
            ? { skipped: 'pgbench is not installed' }
            : contend(stage, program, connections, options.measureMs),
      }),
    )
    return { cells }
  },
}

/** The one on the PATH, else the newest of Debian's. */
async function findProgram(): Promise<string | undefined> {
  const versions = await readdir(DEBIAN_FOLDER).catch(() => [])
  const candidates = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN_FOLDER, version, 'bin', 'pgbench'))
  for (const program of ['pgbench', ...candidates]) {
    const answers = await output(program, ['--version']).catch(() => undefined)
    if (answers !== undefined) return program
  }
  return undefined
}

async function contend(
  stage: Stage,
  program: string,
  connections: number,
  ms: number,
): Promise<Sample | Skip> {
  const { rows } = await stage.client.query<{ most: string }>(
    `select current_setting('max_connections') as most`,
  )
  const most = Number(rows[0]?.most)
  if (connections + CONNECTIONS_KEPT > most) {
    return { skipped: `the server allows ${most} connections in all` }
  }
  await stage.empty()
  const { listingId, poolIds } = await stage.newListing([PLENTY])
  const folder = await mkdtemp(join(os.tmpdir(), 'holdfast-bench-'))
  try {
    const script = join(folder, 'take.sql')
    await writeFile(
      script,
      `update pools set taken = taken + 1, version = version + 1 where listing_id = '${listingId}' and pool_id = '${poolIds[0]}' and taken + 1 <= capacity;\n`,
    )
    const threads = Math.min(connections, os.cpus().length)
    // Connecting counts as time, though not in the rate.
    const seconds =
      Math.max(1, Math.round(ms / 1000)) + Math.ceil(connections / CONNECTED_PER_SECOND)
    const text = await output(program, [
      ...['--no-vacuum', '--protocol=prepared', `--file=${script}`],
      ...[`--client=${connections}`, `--jobs=${threads}`, `--time=${seconds}`],
      stage.url,
    ])
    return { perSecond: rateOf(text), others: {}, extra: {} }
  } finally {
    await rm(folder, { recursive: true })
  }
}

function rateOf(text: string): number {
  const rate = /^tps = ([\d.]+)/m.exec(text)?.[1]
  if (rate === undefined) throw new Error(`pgbench told no rate:\n${text}`)
  return Number(rate)
}

/** What a program prints. @throws Error when it cannot be run or fails */
async function output(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${program} failed:\n${errors}`)
  return text
}
