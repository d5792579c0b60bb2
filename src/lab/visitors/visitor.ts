/**
 * A client that talks to the servers: to one of them for as long as it is alive, then to another. It
 * reports every answer to the history and to the tally.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { nowNs } from '../history/recorder.js'
import type { AnswerKind } from '../race/tally.js'
import type { Door } from './doors.js'
import type { ClientAnswer, ClientRequest, RequestKind } from './face.js'
import type { Ground } from './ground.js'

export interface Visitor {
  readonly client: number
  readonly customer: string
  readonly random: () => number
  /** What is left, in the server's order; undefined when no server is alive. */
  look(): Promise<readonly string[] | undefined>
  /**
   * Sends a request. Where the face has keys, it is sent again under its key until there is a
   * definite answer, a bounded number of times; elsewhere once. Undefined when no server is alive.
   *
   * @param dueMs when the request should have been sent, if that was earlier than now
   */
  send(
    wanted: Omit<ClientRequest, 'key' | 'customer'>,
    dueMs?: number,
  ): Promise<ClientAnswer | undefined>
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

  async function sendOnce(
    request: ClientRequest,
    dueMs: number | undefined,
  ): Promise<ClientAnswer | undefined> {
    const through = await doorway()
    if (through === undefined) return undefined
    const calledNs = nowNs()
    const sentMs = dueMs ?? performance.now()
    tally.inFlight += 1
    const answer = await face.send(through, request).finally(() => {
      tally.inFlight -= 1
    })
    recorder.record(client, request, calledNs, answer)
    const nowMs = performance.now()
    if (isCreation(request.kind)) tally.answered(COUNTED_AS[answer.outcome], sentMs, nowMs)
    else tally.transitioned(sentMs, nowMs)
    return answer
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
    async send(wanted, dueMs) {
      const request: ClientRequest = { ...wanted, customer, key: recorder.nextKey(client) }
      for (let tries = 1; ; tries += 1) {
        const answer = await sendOnce(request, tries === 1 ? dueMs : undefined)
        const again = face.keyed && answer?.outcome === 'unknown' && tries < TRIES_MAX
        if (!again || signal.aborted) return answer
        await pause(FAULT_PAUSE_MS * tries)
      }
    },
  }
}

const COUNTED_AS: Readonly<Record<ClientAnswer['outcome'], AnswerKind>> = {
  ok: 'reserved',
  refused: 'refused',
  conflict: 'conflicts',
  unknown: 'unknown',
}

function isCreation(kind: RequestKind): boolean {
  return kind === 'reserve' || kind === 'hold'
}
