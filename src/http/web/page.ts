/** A page as it was built, kept in memory: compressed once, with the settings of this server. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { etagOf, isAnsweredByTag } from '../wire/preconditions.js'

export interface BuiltPage {
  readonly etag: string
  readonly bodies: ReadonlyMap<Encoding, Buffer>
}

export interface PageSettings {
  /** For the page's `<meta name="holdfast-storefront">`. */
  readonly storefrontKey?: string | undefined
}

type Encoding = 'br' | 'gzip' | 'identity'

/** A page runs its own scripts alone, and makes no HTML out of text. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const STOREFRONT = '<meta name="holdfast-storefront" content="">'

export async function readPage(path: string, settings: PageSettings = {}): Promise<BuiltPage> {
  const { storefrontKey = '' } = settings
  const html = (await readFile(path, 'utf8')).replace(
    STOREFRONT,
    // A key is letters, digits, `_` and `-`: nothing that HTML would read.
    () => STOREFRONT.replace('content=""', `content="${storefrontKey}"`),
  )
  const body = Buffer.from(html)
  return {
    etag: etagOf(createHash('sha256').update(body).digest('base64url').slice(0, 22)),
    bodies: new Map([
      ['br', brotliCompressSync(body)],
      ['gzip', gzipSync(body)],
      ['identity', body],
    ]),
  }
}

export function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { etag, bodies }: BuiltPage,
): FastifyReply {
  reply.headers({
    'cache-control': 'no-cache',
    'content-security-policy': PAGE_POLICY,
    'content-type': 'text/html; charset=utf-8',
    vary: 'Accept-Encoding',
  })
  if (isAnsweredByTag(request, reply, etag)) return reply
  const encoding = encodingFor(request.headers['accept-encoding'])
  if (encoding !== 'identity') reply.header('content-encoding', encoding)
  return reply.send(bodies.get(encoding))
}

/** The best that the client takes; what it refuses by `q=0` it does not take. */
function encodingFor(accepted = ''): Encoding {
  const taken = new Set(
    accepted
      .split(',')
      .filter((each) => !/;\s*q=0(\.0*)?\s*$/.test(each))
      .map((each) => each.replace(/;.*/s, '').trim().toLowerCase()),
  )
  return taken.has('br') ? 'br' : taken.has('gzip') ? 'gzip' : 'identity'
}
