/**
 * Why this file: PostgreSQL guards its data with `postmaster.pid`. This reads it: to know when a
 * server is ready, to stop one whose keeper was killed, and to see through a lock that nobody holds.
 */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { HoldfastError } from '../domain/errors.js'
import { isErrno } from './errno.js'
import { exists, runsWith } from './process-sighting.js'

const run = promisify(execFile)

/** Fast: break off every session, write all down, stop. Immediate: stop, and recover at next start. */
type StopMode = 'fast' | 'immediate'

/** How long a fast stop may take before an immediate one follows, and how long that may take. */
const FAST_STOP_MAX_MS = 10_000
const IMMEDIATE_STOP_MAX_MS = 5_000
const LOOK_AGAIN_MS = 20

/** The first line is the process, the eighth how far it has come (`ready`). */
export async function readPostmaster(
  data: string,
): Promise<{ pid: number; ready: boolean } | null> {
  try {
    const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')
    const pid = Number(lines[0])
    return pid > 0 ? { pid, ready: lines[7]?.trim() === 'ready' } : null
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null
    throw error
  }
}

/** Stops a server with this process id; resolves once `gone` says so. */
export async function stopPostmaster(
  pid: number,
  pgCtl: string,
  gone: () => boolean | Promise<boolean>,
): Promise<void> {
  for (const [mode, maxMs] of [
    ['fast', FAST_STOP_MAX_MS],
    ['immediate', IMMEDIATE_STOP_MAX_MS],
  ] as const) {
    await signal(pid, mode, pgCtl)
    const deadline = Date.now() + maxMs
    while (Date.now() < deadline) {
      if (await gone()) return
      await pause(LOOK_AGAIN_MS)
    }
  }
  throw new HoldfastError('embedded_unavailable', `PostgreSQL (process ${pid}) does not stop.`)
}

/**
 * Clears the way for a new server in `data`: stops a server that was left behind. Only for who
 * holds the claim on the folder. If a keeper that is just ending is stopping the same server, being
 * asked twice changes nothing for it.
 *
 * The lock of a server that is gone is PostgreSQL's own affair, except that its check of the id
 * alone is fooled by a zombie or by another program that got the id since. Then the line is given
 * our id: a lock of its parent's is one that PostgreSQL takes for stale, and it goes on to its
 * second check, whether old sessions still hold the shared memory. Deleting the file would skip it.
 */
export async function clearLeftover(data: string, pgCtl: string): Promise<void> {
  const found = await readPostmaster(data)
  if (found === null) return
  if (await runsWith(found.pid, data)) {
    await stopPostmaster(found.pid, pgCtl, async () => !(await runsWith(found.pid, data)))
  } else if (exists(found.pid)) {
    const path = join(data, 'postmaster.pid')
    const lines = (await readFile(path, 'utf8')).split('\n')
    if (Number(lines[0]) !== found.pid) return
    await writeFile(path, [`${process.pid}`, ...lines.slice(1)].join('\n'))
  }
}

async function signal(pid: number, mode: StopMode, pgCtl: string): Promise<void> {
  const name = mode === 'fast' ? 'INT' : 'QUIT'
  try {
    // Windows has no such signals; PostgreSQL imitates them there, and pg_ctl knows how.
    if (process.platform === 'win32') await run(pgCtl, ['kill', name, `${pid}`])
    else process.kill(pid, `SIG${name}`)
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error
  }
}
