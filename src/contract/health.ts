/**
 * Whether a process is alive, and whether it can serve. Plain JSON Schema: the lab's servers answer
 * these too, and start without the library that the other schemas are made with.
 */

export interface Health {
  readonly status: 'ok'
}

export interface Unready {
  readonly status: 'unavailable' | 'draining'
  readonly database?: string
  readonly migrations?: string
}

export const HEALTH_SCHEMA = {
  type: 'object',
  properties: { status: { type: 'string', enum: ['ok'] } },
  required: ['status'],
  additionalProperties: false,
} as const

export const UNREADY_SCHEMA = {
  type: 'object',
  properties: {
    status: { type: 'string', enum: ['unavailable', 'draining'] },
    database: { type: 'string' },
    migrations: { type: 'string' },
  },
  required: ['status'],
  additionalProperties: false,
} as const
