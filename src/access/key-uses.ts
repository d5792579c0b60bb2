/** Writes down when keys were used last: once a minute for each, and in no caller's way. */
import { BoundedMap } from '../domain/bounded.js'
import type { Database } from '../storage/driver/database.js'
import { touchApiKey } from '../storage/tables/api-keys.js'

export interface KeyUses {
  note(keyId: string): void
  /** Resolves when every use has been noted. */
  settled(): Promise<void>
}

const NOTED_EVERY_MS = 60_000
const NOTED_MAX = 10_000

/** @param onError told when a use could not be noted; it is noted with the next one */
export function createKeyUses(db: Database, onError: (error: unknown) => void): KeyUses {
  const notedMs = new BoundedMap<string, number>(NOTED_MAX)
  const notes = new Set<Promise<void>>()
  return {
    note(keyId) {
      const nowMs = performance.now()
      if (nowMs - (notedMs.get(keyId) ?? Number.NEGATIVE_INFINITY) < NOTED_EVERY_MS) return
      notedMs.set(keyId, nowMs)
      const note = touchApiKey(db, keyId).catch((error: unknown) => {
        notedMs.delete(keyId)
        onError(error)
      })
      notes.add(note)
      void note.then(() => notes.delete(note))
    },
    settled: async () => {
      await Promise.all(notes)
    },
  }
}
