/**
 * Waits, after a race, until everybody has been told. What servers that are dead had in hand is theirs for
 * half a minute, and what failed waits for its next attempt: the lab lets that time pass.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../../storage/driver/database.js'
import type { RaceServers } from '../servers/servers.js'

const COUNT_WAITING = `
  select (select count(*) from events where dispatched_at is null)
         + (select count(*) from deliveries where state = 'due') as waiting`

/**
 * A mail takes milliseconds here: after a second its server is dead. If it is not, the mail goes out
 * twice under one id, which is no fault.
 */
const PASS_TIME = `
  update deliveries
  set leased_until = null,
      due_at = least(due_at, clock_timestamp())
  where state = 'due'
    and attempted_at < clock_timestamp() - interval '1 second'`

const LOOK_EVERY_MS = 100
const DEADLINE_MS = 30_000

/** Resolves when nothing is left to send, or half a minute is over: then the judges see what is missing. */
export async function settleMails(db: Database, servers: RaceServers): Promise<void> {
  const deadlineMs = performance.now() + DEADLINE_MS
  while (performance.now() < deadlineMs) {
    const [row] = await db.query<{ waiting: number }>(COUNT_WAITING)
    if (row?.waiting === 0) return
    if (!servers.starting && servers.servers.every((server) => !server.alive)) await servers.start()
    await db.query(PASS_TIME)
    await pause(LOOK_EVERY_MS)
  }
}
