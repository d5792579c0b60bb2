/**
 * What a COMMIT that a shard has not confirmed came to. Citus sends COMMIT to the nodes that a transaction
 * wrote to before it commits itself. When one of them does not answer with a yes, all that the error says
 * is that; what the node said was told by a warning before.
 */

/** The function of Citus that finds out about it; its sentence may be translated. */
const ROUTINE = 'ErrorIfPostCommitFailedShardPlacements'

export function isShardUncommitted(error: unknown): boolean {
  return error instanceof Error && 'routine' in error && error.routine === ROUTINE
}

/** A warning that came before the error. */
export interface Warning {
  readonly code?: string | undefined
  readonly message?: string | undefined
}

/**
 * The node's own error, when it has refused for certain: a constraint or a serialization failure was
 * found at COMMIT. Of a node that did not answer, or was shut down, nobody knows.
 */
export function refusalOf(warnings: readonly Warning[], error: unknown): Error | undefined {
  const refusal = warnings.find(({ code = '' }) => /^(23|40)/.test(code) && code !== '40003')
  if (refusal === undefined) return undefined
  const { code, message } = refusal
  return Object.assign(new Error(message, { cause: error }), { code })
}
