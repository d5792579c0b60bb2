/**
 * Finds out, after the race, what became of requests that got no answer. The same request is sent
 * again under its key: the server answers with what happened then, or does it now. A request without
 * a key cannot be settled.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { nowNs, type Recorder, type UnansweredRequest } from '../history/recorder.js'
import type { RaceServers } from '../servers/servers.js'
import type { Doors } from './doors.js'
import type { Face } from './face.js'

export interface SettleOptions {
  readonly face: Face
  readonly doors: Doors
  readonly servers: RaceServers
  readonly recorder: Recorder
}

const TRIES_MAX = 20
const PAUSE_MS = 100
const AT_ONCE = 8

/** @returns how many of the requests were settled */
export async function settleUnknown(options: SettleOptions): Promise<number> {
  const { face, servers, recorder } = options
  const waiting = [...recorder.unanswered()]
  if (!face.keyed || waiting.length === 0) return 0
  if (!servers.starting && servers.servers.every((server) => !server.alive)) await servers.start()
  let settled = 0
  const work = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (await settle(next, options)) settled += 1
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return settled
}

async function settle(
  { client, request }: UnansweredRequest,
  { face, doors, recorder }: SettleOptions,
): Promise<boolean> {
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const door = await doors.pick(() => tries / (TRIES_MAX + 1))
    if (door === undefined) return false
    const calledNs = nowNs()
    const answer = await face.send(door, request)
    recorder.record(client, request, calledNs, answer)
    if (answer.outcome === 'ok' || answer.outcome === 'refused') return true
    await pause(PAUSE_MS)
  }
  return false
}
