/** Headers that make a request conditional or safe to repeat: the version seen, and the key. */
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isUnguessable } from '../../access/unguessable.js'
import { HttpProblem } from './problems.js'

/** A version as an ETag quotes it. */
export function etagOf(version: number | string): string {
  return `"${version}"`
}

/** The ETag of what has no version: a digest of how it is shown. */
export function digestTag(shown: unknown): string {
  return etagOf(createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, 22))
}

/**
 * Sets the ETag, and answers 304 when the client has the same one already.
 *
 * @returns true when the answer has been sent
 */
export function isAnsweredByTag(
  request: FastifyRequest,
  reply: FastifyReply,
  etag: string,
): boolean {
  reply.header('etag', etag)
  const known = request.headers['if-none-match']
  if (known === undefined || !['GET', 'HEAD'].includes(request.method)) return false
  const tags = known.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  if (!tags.includes('*') && !tags.includes(etag)) return false
  reply.code(304).send()
  return true
}

/**
 * The version that the client has seen; undefined for any version.
 *
 * @throws HttpProblem `if_match_malformed`
 */
export function versionSeen(request: FastifyRequest): number | undefined {
  const seen = request.headers['if-match']
  if (seen === undefined || seen === '*') return undefined
  const version = /^"(\d{1,15})"$/.exec(seen)?.[1]
  if (version === undefined) throw new HttpProblem('if_match_malformed')
  return Number(version)
}

/**
 * The tag, made by `digestTag`, that the client has seen; undefined for any.
 *
 * @throws HttpProblem `if_match_malformed`
 */
export function tagSeen(request: FastifyRequest): string | undefined {
  const seen = request.headers['if-match']
  if (seen === undefined || seen === '*') return undefined
  if (!/^"[\w-]{1,64}"$/.test(seen)) throw new HttpProblem('if_match_malformed')
  return seen
}

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/

/**
 * The key that makes a retry safe, and whose it is: each API key has keys of its own. Those who share a
 * storefront's are strangers to each other, so theirs have to be random.
 *
 * @throws HttpProblem `idempotency_key_missing`, `idempotency_key_malformed`,
 * `idempotency_key_guessable`
 */
export function idempotencyKey(request: FastifyRequest): { key: string; caller: string } {
  const key = request.headers['idempotency-key']
  if (key === undefined || key === '') throw new HttpProblem('idempotency_key_missing')
  if (typeof key !== 'string' || !VISIBLE_ASCII.test(key)) {
    throw new HttpProblem('idempotency_key_malformed')
  }
  const { keyId: caller, scope } = request.principal
  if (scope === 'storefront' && !isUnguessable(key)) {
    throw new HttpProblem('idempotency_key_guessable')
  }
  return { key, caller }
}
