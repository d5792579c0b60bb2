/** The log of a process that serves nothing itself, in the form of those that do. */
import Fastify, { type FastifyBaseLogger } from 'fastify'

export function createLogger(level: string): FastifyBaseLogger {
  return Fastify({ logger: { level } }).log
}
