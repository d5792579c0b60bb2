/**
 * Why this file: `keeper.json` says which process looks after the server of a home and how to reach
 * it. To have put it there is the claim on the home; only its holder touches the data.
 *
 * Should two hold a claim at once, after a kill at the worst moment, PostgreSQL's own lock decides
 * between their servers, and the winner publishes its record again.
 */
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { HoldfastError } from '../../domain/errors.js'
import { isErrno } from '../errno.js'
import { isKeeperAlive } from './keeper-link.js'
import type { KeeperRecord } from './keeper-protocol.js'

export const TOUCH_EVERY_MS = 1_000

const recordFile = (home: string) => join(home, 'keeper.json')

/** The record of this home; undefined when there is none. */
export async function readRecord(home: string): Promise<KeeperRecord | undefined> {
  return readFrom(recordFile(home))
}

/** True when the claim on the home is now ours; false when a living keeper holds it. */
export async function claimHome(record: KeeperRecord): Promise<boolean> {
  const file = recordFile(record.home)
  const draft = await writeDraft(record)
  const aside = `${file}.${record.token}.old`
  try {
    for (;;) {
      try {
        // Linking is atomic and fails if the name is taken, and the file has its content from the start.
        await link(draft, file)
        return true
      } catch (error) {
        if (!isErrno(error, 'EEXIST')) throw error
      }
      const holder = await readRecord(record.home)
      if (holder?.home === record.home) {
        if (await isKeeperAlive(holder)) return false
        if (holder.host !== record.host) await refuseIfTouched(file, holder.host)
      }
      await removeDead(file, aside, holder)
    }
  } finally {
    await rm(draft, { force: true })
  }
}

/**
 * A keeper in another container, or on another machine that shares this folder, cannot be reached,
 * and PostgreSQL's lock does not see that far either: two servers would write to the same data. But
 * a living keeper touches its record all the time, and that is seen.
 */
async function refuseIfTouched(file: string, host: string): Promise<void> {
  const before = await changeTime(file)
  const deadline = Date.now() + 3 * TOUCH_EVERY_MS
  while (Date.now() < deadline) {
    await pause(TOUCH_EVERY_MS / 10)
    const now = await changeTime(file)
    if (now === undefined) return
    if (now !== before) {
      throw new HoldfastError(
        'embedded_unavailable',
        `The data are in use on another machine or in another container (${host}). Stop Holdfast ` +
          'there, choose another folder, or set DATABASE_URL.',
      )
    }
  }
}

async function changeTime(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}

/** To be done every `TOUCH_EVERY_MS`, for as long as the claim is held. */
export async function touchRecord(record: KeeperRecord): Promise<void> {
  const now = new Date()
  await utimes(recordFile(record.home), now, now).catch(() => {})
}

/** Moves a dead keeper's record away, and back if it was replaced just before. */
async function removeDead(file: string, aside: string, dead: KeeperRecord | undefined) {
  try {
    await rename(file, aside)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return
    throw error
  }
  const moved = await readFrom(aside)
  if (moved && moved.token !== dead?.token) await link(aside, file).catch(() => {})
  await rm(aside, { force: true })
}

/** Puts the record in place, whatever is there: for a keeper whose server holds PostgreSQL's lock. */
export async function publishRecord(record: KeeperRecord): Promise<void> {
  await rename(await writeDraft(record), recordFile(record.home))
}

export async function holdsClaim(record: KeeperRecord): Promise<boolean> {
  return (await readRecord(record.home))?.token === record.token
}

/** Takes the record away if it is ours. To be done while still listening: see `claimHome`. */
export async function retractRecord(record: KeeperRecord): Promise<void> {
  if (await holdsClaim(record)) await rm(recordFile(record.home), { force: true })
}

async function writeDraft(record: KeeperRecord): Promise<string> {
  const draft = `${recordFile(record.home)}.${record.token}.new`
  await writeFile(draft, JSON.stringify(record), { mode: 0o600 })
  return draft
}

async function readFrom(file: string): Promise<KeeperRecord | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    if (isErrno(error, 'ENOENT') || error instanceof SyntaxError) return undefined
    throw error
  }
}
