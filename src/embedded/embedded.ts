/**
 * A real PostgreSQL server of our own, for first use and for tests: the first command works on a
 * bare machine, without DATABASE_URL. This is what the rest of Holdfast calls.
 *
 * Whoever opens the same folder at the same time shares one server. A small process of its own, the
 * keeper, starts it, and stops it when its last user is gone.
 */
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { HoldfastError } from '../domain/errors.js'
import { isErrno } from './errno.js'
import { defaultFolder, findHome } from './home.js'
import { joinKeeper, type Share } from './keeper/keeper-link.js'
import { readRecord } from './keeper/keeper-record.js'
import { launchKeeper } from './keeper/launch-keeper.js'
import { SYSTEM_FOLDER } from './run-as.js'

export interface EmbeddedOptions {
  /**
   * Folder for the data; created when absent. [`.holdfast` beside the nearest package.json above
   * the working folder, else in the working folder]
   */
  readonly folder?: string
  /** Empties the data first; refused while others use the server. [false] */
  readonly fresh?: boolean
  /** Called with one plain line when something takes time. */
  readonly onProgress?: (line: string) => void
  /** More PostgreSQL settings, for this layer's tests. They count only for who starts the server. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface EmbeddedPostgres {
  /** Superuser URL of the server, database `holdfast` (UTF-8). */
  readonly url: string
  /**
   * Gives this user's share back. When it was the last one, resolves once the server has stopped.
   * May be called again. A process that ends without it, or is killed, gives back as well.
   */
  release(): Promise<void>
}

/** Places that this layer's tests replace. */
export interface EmbeddedPlaces {
  readonly packageFolder?: string
  readonly systemFolder?: string
}

const OPEN_MAX_MS = 120_000
const TRY_AGAIN_MS = 50

/**
 * Starts the server of a folder, or joins those who use it already.
 *
 * @throws HoldfastError `embedded_unavailable`, with what to do about it.
 * @example
 * const postgres = await openEmbeddedPostgres({ onProgress: console.error })
 * try {
 *   await serve(postgres.url)
 * } finally {
 *   await postgres.release()
 * }
 */
export async function openEmbeddedPostgres(
  options: EmbeddedOptions = {},
  places: EmbeddedPlaces = {},
): Promise<EmbeddedPostgres> {
  const folder = resolve(options.folder ?? (await defaultFolder(process.cwd())))
  try {
    return await joinOrLaunch(folder, options, places)
  } catch (error) {
    if (error instanceof HoldfastError) throw error
    const denied = isErrno(error, 'EACCES', 'EPERM')
    const why = error instanceof Error ? error.message : `${error}`
    throw new HoldfastError(
      'embedded_unavailable',
      `The embedded PostgreSQL could not be started in ${folder}: ${why}. ` +
        (denied
          ? 'The folder belongs to another user; choose another one'
          : 'Choose another folder') +
        ', or set DATABASE_URL.',
      { cause: error },
    )
  }
}

async function joinOrLaunch(
  folder: string,
  options: EmbeddedOptions,
  places: EmbeddedPlaces,
): Promise<Share> {
  const onProgress = options.onProgress ?? (() => {})
  const systemFolder = places.systemFolder ?? SYSTEM_FOLDER
  const home = await findHome(folder, systemFolder, onProgress)
  const orders = { ...places, home, systemFolder, settings: options.settings ?? {} }
  const deadline = Date.now() + OPEN_MAX_MS
  let fresh = options.fresh ?? false

  while (Date.now() < deadline) {
    const keeper = await readRecord(home)
    if (keeper?.home === home) {
      const joined = await joinKeeper(keeper, { fresh, onProgress, waitMs: deadline - Date.now() })
      if (joined === 'busy') {
        throw new HoldfastError(
          'embedded_unavailable',
          `The data in ${folder} cannot be emptied: somebody is using them right now.`,
        )
      }
      if (joined !== 'gone') return joined
    }
    const word = await launchKeeper({ ...orders, fresh })
    // Our own keeper empties the data itself; joining it is like joining any other.
    if (word === 'claimed') fresh = false
    else await pause(TRY_AGAIN_MS)
  }
  throw new HoldfastError(
    'embedded_unavailable',
    `PostgreSQL in ${folder} could neither be joined nor started for ${OPEN_MAX_MS / 1000} s. ` +
      `If no Holdfast runs here, remove ${home}/keeper.json.`,
  )
}
