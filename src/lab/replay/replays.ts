/** Repeats one meeting under several contestants, in the lab's own database. */
import { openDatabase } from '../../storage/driver/database.js'
import { type LabDatabaseOptions, openLabDatabase } from '../database/lab-database.js'
import type { ContestantName } from '../race/race.js'
import { type ForcedReplay, replayByForce } from './forced.js'
import type { ForcedMeeting } from './meeting.js'

/** One for each caller, one to look with, and one to spare. */
const CONNECTIONS = 4

export interface Replays {
  /** @throws whatever kept the database from answering */
  under(
    meeting: ForcedMeeting,
    strategies: readonly ContestantName[],
  ): Promise<readonly ForcedReplay[]>
  close(): Promise<void>
}

/** Opens the lab's database, empty: the rows of the last race are gone. */
export async function openReplays(
  databaseUrl: string,
  options: LabDatabaseOptions = {},
): Promise<Replays> {
  const lab = await openLabDatabase(databaseUrl, options)
  const db = openDatabase({ url: lab.url, schema: lab.schema, connectionsMax: CONNECTIONS })
  return {
    async under(meeting, strategies) {
      const replays: ForcedReplay[] = []
      for (const strategy of strategies) replays.push(await replayByForce(db, strategy, meeting))
      return replays
    },
    async close() {
      await db.close()
      await lab.release()
    },
  }
}
