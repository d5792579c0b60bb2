/**
 * Why this file: one PostgreSQL server over data that exist: its settings, its start, its stop, and
 * the last words of its log when it does not start.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, rm, stat, truncate } from 'node:fs/promises'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { HoldfastError } from '../domain/errors.js'
import type { Binaries } from './binaries.js'
import { clearLeftover, readPostmaster, stopPostmaster } from './postmaster.js'
import type { Account } from './run-as.js'

/** A server that runs. */
export interface Server {
  readonly port: number
  /** Resolves when the server has ended, for whatever reason. */
  readonly ended: Promise<void>
  /** Breaks off all sessions and resolves when the server has ended. */
  stop(): Promise<void>
}

export interface ServerPlace {
  readonly binaries: Binaries
  readonly account: Account | undefined
  readonly data: string
  readonly log: string
}

/** Includes the time to recover from a crash, in which up to `max_wal_size` is read again. */
const START_MAX_MS = 60_000
const LOOK_AGAIN_MS = 20
const TRY_AGAIN_MS = 100
const LOG_BYTES_MAX = 16 * 1024 * 1024
const LOG_LINES_SHOWN = 8

/**
 * Given on the command line, so that they come from this release whatever the data folder says.
 * What keeps acknowledged data safe is spelled out though it is the default.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  // Compiling a query costs more than any of our short statements takes.
  jit: 'off',
  cluster_name: 'holdfast',
  // An error that a client was told about is not logged again: races produce thousands of them.
  log_min_messages: 'log',
  log_line_prefix: '%m [%p] ',
}

/**
 * What makes a start fail now and not in a moment: the port was taken since it was found free,
 * old sessions of a killed server still end, or another server holds the lock.
 */
const PASSING =
  /Address already in use|could not create any TCP|shared memory block|lock file .* already exists/i

/**
 * Starts the server and resolves when it accepts connections. `mayClear` is asked before each
 * attempt whether a server found in these data may be stopped; it throws when it may not.
 */
export async function startServer(
  place: ServerPlace,
  settings: Readonly<Record<string, string>>,
  mayClear: () => Promise<void>,
): Promise<Server> {
  const deadline = Date.now() + START_MAX_MS
  for (;;) {
    await mayClear()
    await clearLeftover(place.data, place.binaries.pgCtl)
    const outcome = await attemptStart(place, { ...SETTINGS, ...settings }, deadline)
    if (typeof outcome !== 'string') return outcome
    if (!PASSING.test(outcome) || Date.now() > deadline) {
      throw new HoldfastError('embedded_unavailable', `PostgreSQL did not start. ${outcome}`)
    }
    await pause(TRY_AGAIN_MS)
  }
}

/** A server, or what its log says about why there is none. */
async function attemptStart(
  place: ServerPlace,
  settings: Readonly<Record<string, string>>,
  deadline: number,
): Promise<Server | string> {
  const { binaries, account, data } = place
  const port = await freePort()
  const args = ['-D', data, '-p', `${port}`]
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`)

  // Anew for each start. Appending lets it be cut while the server writes, see `trimLog`.
  await rm(place.log, { force: true })
  const log = await open(place.log, 'a', 0o600)
  const child = spawn(binaries.postgres, args, {
    cwd: '/',
    env: binaries.environment,
    stdio: ['ignore', log.fd, log.fd],
    windowsHide: true,
    ...account,
  })
  let running = true
  let end = ''
  const ended = new Promise<void>((resolve) => {
    const note = (how: string) => {
      running = false
      end = how
      resolve()
    }
    child.once('error', (error) => note(`It cannot be run: ${error.message}.`))
    child.once('exit', (code, signal) => note(`It ended with ${signal ?? `code ${code}`}.`))
  })
  await log.close()

  const { pid = 0 } = child
  const stop = async () => {
    if (running) await stopPostmaster(pid, binaries.pgCtl, () => !running)
  }
  while (running) {
    const found = await readPostmaster(data)
    if (found?.pid === pid && found.ready) return { port, ended, stop }
    if (Date.now() > deadline) {
      await stop()
      return `It was not ready after ${START_MAX_MS / 1000} s. ${await lastWords(place.log)}`
    }
    await Promise.race([ended, pause(LOOK_AGAIN_MS)])
  }
  return `${end} ${await lastWords(place.log)}`
}

/** The system gives out a free port; somebody may take it before the server does, hence the retry. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

/** Empties the log of a long-running server when it has grown past its limit. */
export async function trimLog(log: string): Promise<void> {
  const { size } = await stat(log)
  if (size > LOG_BYTES_MAX) await truncate(log)
}

/** The last lines of a log, for an error message. */
export async function lastWords(log: string): Promise<string> {
  const lines = (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n')
  return `The last lines of ${log}:\n${lines.slice(-LOG_LINES_SHOWN).join('\n')}`
}
