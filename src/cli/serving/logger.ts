/** The log of a process that serves nothing itself, in the form of those that do. */
import Fastify, { type FastifyBaseLogger } from 'fastify'
import { withoutRows } from '../../http/wire/logged-errors.js'

export function createLogger(level: string): FastifyBaseLogger {
  return Fastify({ logger: withoutRows({ level }) }).log
}
