/**
 * Why this file: how a keeper is brought to life: detached from the terminal and from whoever needs
 * it first, from compiled code and from TypeScript sources alike.
 */
import { spawn } from 'node:child_process'
import { open, stat, truncate } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { extname, join, parse } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { HoldfastError } from '../../domain/errors.js'
import { lastWords } from '../server.js'
import type { KeeperOrders, KeeperWord } from './keeper.js'

const LAUNCH_MAX_MS = 30_000
const LOG_BYTES_MAX = 1024 * 1024

/** Resolves with what became of the keeper's claim on the home: `lost` means that another holds it. */
export async function launchKeeper(orders: KeeperOrders): Promise<'claimed' | 'lost'> {
  const word = await launch(orders)
  if (typeof word === 'string') return word
  throw new HoldfastError('embedded_unavailable', word.failed)
}

async function launch(orders: KeeperOrders): Promise<KeeperWord> {
  const logFile = join(orders.home, 'keeper.log')
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  )
  if (size > LOG_BYTES_MAX) await truncate(logFile)
  const log = await open(logFile, 'a', 0o600)
  const child = spawn(process.execPath, [...keeperProgram(), JSON.stringify(orders)], {
    // Its own session: the Ctrl-C that ends a command must not end the server under another one.
    detached: true,
    cwd: parse(process.execPath).root,
    env: keeperEnvironment(),
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    windowsHide: true,
  })
  await log.close()
  try {
    return await new Promise<KeeperWord>((resolve, reject) => {
      const late = setTimeout(() => {
        child.kill('SIGKILL')
        reject(new Error(`it said nothing for ${LAUNCH_MAX_MS / 1000} s`))
      }, LAUNCH_MAX_MS)
      child.once('message', (word: KeeperWord) => {
        clearTimeout(late)
        resolve(word)
      })
      child.once('error', reject)
      child.once('exit', (code, signal) => {
        clearTimeout(late)
        reject(new Error(`it ended with ${signal ?? `code ${code}`}`))
      })
    })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : cause
    throw new HoldfastError(
      'embedded_unavailable',
      `The process that looks after PostgreSQL did not start: ${why}. ${await lastWords(logFile)}`,
      { cause },
    )
  } finally {
    if (child.connected) child.disconnect()
    child.unref()
  }
}

/** The keeper beside this file, in the same form; sources need tsx, as they do everywhere here. */
function keeperProgram(): string[] {
  const self = fileURLToPath(import.meta.url)
  const keeper = join(self, '..', `keeper${extname(self)}`)
  if (extname(self) !== '.ts') return [keeper]
  const tsx = createRequire(import.meta.url).resolve('tsx')
  return ['--import', pathToFileURL(tsx).href, keeper]
}

/** Without what was meant for the launching Node process, such as the port of its debugger. */
function keeperEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...rest } = process.env
  return rest
}
