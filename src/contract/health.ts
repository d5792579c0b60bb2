/**
 * Whether a process is alive, and whether it can serve. Plain JSON Schema: the lab's servers answer
 * these too, and start without the library that the other schemas are made with.
 */

export interface Health {
  readonly status: 'ok'
  /** Why what is acknowledged may be lost, on a server that was told to serve all the same. */
  readonly durability?: string
}

export interface Unready {
  readonly status: 'unavailable' | 'draining'
  readonly database?: string
  readonly migrations?: string
  /** Why what is acknowledged may be lost. */
  readonly durability?: string
}

export const HEALTH_SCHEMA = {
  type: 'object',
  properties: { status: { type: 'string', enum: ['ok'] }, durability: { type: 'string' } },
  required: ['status'],
  additionalProperties: false,
} as const

export const UNREADY_SCHEMA = {
  type: 'object',
  properties: {
    status: { type: 'string', enum: ['unavailable', 'draining'] },
    database: { type: 'string' },
    migrations: { type: 'string' },
    durability: { type: 'string' },
  },
  required: ['status'],
  additionalProperties: false,
} as const
