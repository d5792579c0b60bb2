/** Headers that make a request conditional or safe to repeat: the version seen, and the key. */
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isUnguessable } from '../../access/unguessable.js'
import type { ExpectedVersion } from '../../domain/reservation/command.js'
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
  if (known.trim() !== '*' && !tagsIn(known).has(etag)) return false
  reply.code(304).send()
  return true
}

/**
 * The version that the client has seen, or several of which any will do; undefined for any at all.
 *
 * @throws HttpProblem `if_match_malformed`
 */
export function versionSeen(request: FastifyRequest): ExpectedVersion | undefined {
  const tags = ourTags(request, /^"(\d{1,15})"$/)
  if (tags === undefined) return undefined
  const [first, ...others] = new Set(tags.map((tag) => Number(tag.slice(1, -1))))
  if (first === undefined) throw new HttpProblem('if_match_malformed')
  return others.length === 0 ? first : [first, ...others]
}

/**
 * The tags, made by `digestTag`, any of which the client has seen; undefined for any at all.
 *
 * @throws HttpProblem `if_match_malformed`
 */
export function tagsSeen(request: FastifyRequest): readonly string[] | undefined {
  return ourTags(request, /^"[\w-]{1,64}"$/)
}

/** What If-Match lists that we may have given; a list without any of it is a mistake. */
function ourTags(request: FastifyRequest, form: RegExp): readonly string[] | undefined {
  const seen = request.headers['if-match']
  if (seen === undefined || seen.trim() === '*') return undefined
  const ours = [...tagsIn(seen)].filter((tag) => form.test(tag))
  if (ours.length === 0) throw new HttpProblem('if_match_malformed')
  return ours
}

/** An entry of a list of tags (RFC 9110, section 8.8.3), to the comma behind it. */
const ENTRY = /[ \t]*(?:W\/)?("[!#-~\x80-\xff]*")[ \t]*(?:,|$)/gy
const ENCODING = /--?(?:gzip|br|zstd|deflate)"$/

/**
 * The tags that a header lists, as we gave them; none for what is no list.
 *
 * A proxy that compresses an answer makes its tag weak (`W/"3"`) or adds the encoding to it (`"3-gzip"`).
 * Only the bytes on the wire differ then, not what the tag stands for: a version of the thing itself. So
 * both count as the tag that we gave, in If-Match as well.
 */
function tagsIn(header: string): ReadonlySet<string> {
  const entries = [...header.matchAll(ENTRY)]
  const length = entries.reduce((sum, [entry]) => sum + entry.length, 0)
  if (length < header.length) return new Set()
  return new Set(entries.flatMap(([, tag = '']) => [tag, tag.replace(ENCODING, '"')]))
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
  return checkedKey(request, key)
}

/**
 * The same where a key is optional.
 *
 * @param random true where the key must not be guessed, whoever sends it; default false
 * @throws HttpProblem `idempotency_key_malformed`, `idempotency_key_guessable`
 */
export function optionalKey(
  request: FastifyRequest,
  { random = false }: { readonly random?: boolean } = {},
): { key?: string; caller?: string } {
  const key = request.headers['idempotency-key']
  if (key === undefined) return {}
  const checked = checkedKey(request, key)
  if (random && !isUnguessable(checked.key)) {
    throw new HttpProblem('idempotency_key_guessable', {
      detail:
        "Whoever has the key that an API key was made under hears that API key's secret: send a random " +
        'UUID (version 4 or 7), or 128 random bits: at least 22 characters of Base64, or 32 of hex.',
    })
  }
  return checked
}

function checkedKey(request: FastifyRequest, key: unknown): { key: string; caller: string } {
  if (typeof key !== 'string' || !VISIBLE_ASCII.test(key)) {
    throw new HttpProblem('idempotency_key_malformed')
  }
  const { keyId: caller, scope } = request.principal
  if (scope === 'storefront' && !isUnguessable(key)) {
    throw new HttpProblem('idempotency_key_guessable')
  }
  return { key, caller }
}

/** Marks an answer that was given before, under the same key. */
export function markReplayed(
  reply: FastifyReply,
  { replayed }: { readonly replayed: boolean },
): void {
  if (replayed) reply.header('idempotent-replayed', 'true')
}
