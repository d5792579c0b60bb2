/** What one visitor wanted once, under one key, and what it was told of it. */
import type { Heard } from './call.js'

export type Kind = 'hold' | 'reserve' | 'confirm' | 'release' | 'cancel'

export interface WantedLine {
  readonly poolId: string
  readonly quantity: number
}

export interface Operation {
  readonly key: string
  readonly kind: Kind
  readonly path: string
  readonly body: object
  /** Of a hold or a reservation: what nobody else is called, so that each effect can be counted. */
  readonly customer?: string
  readonly lines?: readonly WantedLine[]
  /** Of what comes after: which reservation. */
  readonly reservationId?: string
  /** The last that is known of it: a definite answer stays, whatever is heard later. */
  heard: Heard
  /** Whether its outcome was unknown at any time. */
  wasUnknown: boolean
  /** How long its longest attempt took. */
  longestMs: number
}

/** True for an answer that nothing can change any more. */
export function isDefinite({ kind }: Heard): boolean {
  return kind === 'yes' || kind === 'no'
}

/**
 * Adds what an attempt heard.
 *
 * @returns why the two answers cannot both be true, if so
 */
export function hear(operation: Operation, heard: Heard): string | undefined {
  const before = operation.heard
  if (heard.kind === 'unknown') operation.wasUnknown = true
  if (isDefinite(before)) {
    if (!isDefinite(heard) || sameAnswer(before, heard)) return undefined
    return `${operation.kind} ${operation.key} was answered ${shown(before)}, and later ${shown(heard)}`
  }
  // "Nothing was written" speaks of the attempt that heard it, not of one before.
  const stillUnknown = before.kind === 'unknown' && heard.kind === 'nothing' && operation.wasUnknown
  if (!stillUnknown) operation.heard = heard
  return undefined
}

function sameAnswer(one: Heard, other: Heard): boolean {
  return shown(one) === shown(other)
}

function shown(heard: Heard): string {
  if (heard.kind === 'yes') {
    const { id, state, version } = heard.body
    return `yes (${id}, ${state}, version ${version})`
  }
  return heard.kind === 'no' ? `no (${heard.code})` : heard.kind
}
