/**
 * One client of the Evento race, which does as Evento's own: look what is available, ask for 1 to 5
 * rooms at the first hotel that has some, pause, and go on until nothing is left. It keeps what it
 * was told, so that the recount can hold the database to it.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from 'undici'
import { EVENTO_ANSWERS, EVENTO_HEADERS, type EventoAvailability } from '../contract/evento.js'
import type { ContestantName } from './race.js'
import { EVENTO_EVENT_ID, EVENTO_ROOMS_WANTED } from './scenarios/evento.js'
import type { RaceServer } from './servers.js'
import type { Tally } from './tally.js'

/** A server with the connections that clients share to it. */
export interface Door {
  readonly server: RaceServer
  readonly http: Pool
}

export interface ClientOptions {
  readonly name: string
  readonly doors: readonly Door[]
  readonly mode: ContestantName
  readonly thinkMs: number
  readonly random: () => number
  readonly tally: Tally
  /** Aborted when the race is over before everything is sold. */
  readonly signal: AbortSignal
}

/** A server that answers with a fault, or not at all, is asked again after this pause. */
const FAULT_PAUSE_MS = 20

/** Resolves when nothing is left, when `signal` is aborted, or when no server is alive. */
export async function runClient(options: ClientOptions): Promise<void> {
  const { doors, tally, random, thinkMs, signal } = options
  let door = pick(doors, random)
  while (door !== undefined && !signal.aborted) {
    if (!door.server.alive) {
      door = pick(doors, random)
      continue
    }
    const available = await look(door)
    if (available === undefined) {
      await pause(FAULT_PAUSE_MS)
      continue
    }
    const [hotel] = available
    if (hotel === undefined) break
    await ask(door, hotel.hotel_id, options)
    if (thinkMs > 0) await pause(random() * thinkMs, undefined, { signal }).catch(() => {})
  }
  tally.clientsDone += 1
}

function pick(doors: readonly Door[], random: () => number): Door | undefined {
  const alive = doors.filter((door) => door.server.alive)
  return alive[Math.floor(random() * alive.length)]
}

async function look({ http }: Door): Promise<EventoAvailability[] | undefined> {
  try {
    const { statusCode, body } = await http.request({
      path: `/${EVENTO_EVENT_ID}/available`,
      method: 'GET',
    })
    if (statusCode === 200) return (await body.json()) as EventoAvailability[]
    await body.dump()
  } catch {
    // The server is gone or going; the caller looks for another.
  }
  return undefined
}

async function ask({ http }: Door, hotelId: string, options: ClientOptions): Promise<void> {
  const { tally, mode, name, random } = options
  const { min, max } = EVENTO_ROOMS_WANTED
  const rooms = min + Math.floor(random() * (max - min + 1))
  const customer = `${name}@client.com`
  const sentMs = performance.now()
  try {
    const { statusCode, headers, body } = await http.request({
      path: `/${EVENTO_EVENT_ID}/${hotelId}/reserve/${mode}?rooms=${rooms}&email=${customer}`,
      method: 'POST',
    })
    const text = await body.text()
    const nowMs = performance.now()
    const attempts = Number(headers[EVENTO_HEADERS.attempts] ?? 1)
    if (statusCode === 200) {
      const reservationId = String(headers[EVENTO_HEADERS.reservationId])
      tally.answered('reserved', sentMs, nowMs, attempts)
      tally.reserved({ reservationId, resourceId: hotelId, rooms, customer }, nowMs)
    } else if (statusCode === 409) {
      const conflict = text === EVENTO_ANSWERS.conflict.text
      tally.answered(conflict ? 'conflicts' : 'refused', sentMs, nowMs, attempts)
    } else {
      tally.answered('unknown', sentMs, nowMs)
    }
  } catch {
    tally.answered('unknown', sentMs, performance.now())
  }
}
