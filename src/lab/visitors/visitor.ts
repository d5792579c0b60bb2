/**
 * Somebody who talks to the servers: to one of them for as long as it is alive, then to another. It
 * keeps what it was told, for the history and for the tally.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { nowNs } from '../history/recorder.js'
import type { AnswerKind } from '../race/tally.js'
import type { Door } from './doors.js'
import type { Ask, AskKind, Told } from './face.js'
import type { Ground } from './ground.js'

export interface Visitor {
  readonly client: number
  readonly customer: string
  readonly random: () => number
  /** What is left, in the server's order; undefined when no server is there to ask. */
  look(): Promise<readonly string[] | undefined>
  /**
   * Asks until there is a definite answer, under one key and a bounded number of times where that
   * is safe, once where it is not. Undefined when no server is there to ask.
   *
   * @param dueMs when the request should have been sent, if that was earlier than now
   */
  ask(what: Omit<Ask, 'key' | 'customer'>, dueMs?: number): Promise<Told | undefined>
}

/** A server that answers with a fault, or not at all, is asked again after this pause. */
const FAULT_PAUSE_MS = 20
/** How often one command is sent during the race; what is unknown then is settled after it. */
const TRIES_MAX = 3

export function createVisitor(ground: Ground, client: number, random: () => number): Visitor {
  const { face, doors, recorder, tally, signal } = ground
  const customer = `client-${client}@client.com`
  let door: Door | undefined

  async function doorway(): Promise<Door | undefined> {
    if (!door?.server.alive) door = await doors.pick(random)
    return door
  }

  async function send(ask: Ask, dueMs: number | undefined): Promise<Told | undefined> {
    const through = await doorway()
    if (through === undefined) return undefined
    const calledNs = nowNs()
    const sentMs = dueMs ?? performance.now()
    const told = await face.ask(through, ask)
    recorder.record(client, ask, calledNs, told)
    const nowMs = performance.now()
    if (isBirth(ask.kind)) tally.answered(COUNTED_AS[told.outcome], sentMs, nowMs)
    else tally.transitioned(sentMs, nowMs)
    return told
  }

  return {
    client,
    customer,
    random,
    async look() {
      while (!signal.aborted) {
        const through = await doorway()
        if (through === undefined) return undefined
        const left = await face.look(through)
        if (left !== undefined) return left
        await pause(FAULT_PAUSE_MS)
      }
      return undefined
    },
    async ask(what, dueMs) {
      const ask: Ask = { ...what, customer, key: recorder.nextKey(client) }
      for (let tries = 1; ; tries += 1) {
        const told = await send(ask, tries === 1 ? dueMs : undefined)
        const again = face.keyed && told?.outcome === 'unknown' && tries < TRIES_MAX
        if (!again || signal.aborted) return told
        await pause(FAULT_PAUSE_MS * tries)
      }
    },
  }
}

const COUNTED_AS: Readonly<Record<Told['outcome'], AnswerKind>> = {
  ok: 'reserved',
  refused: 'refused',
  conflict: 'conflicts',
  unknown: 'unknown',
}

export function isBirth(kind: AskKind): boolean {
  return kind === 'reserve' || kind === 'hold'
}
