/** Lists, page by page. A cursor says where the previous page ended; it is opaque to clients. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { PAGE_LIMIT } from '../../contract/scalars.js'
import { HttpProblem } from './problems.js'

export interface PageRequest {
  /** The last id of the previous page. */
  readonly after: string | undefined
  /** How many rows to read: one more than are shown, to know whether there is another page. */
  readonly limit: number
}

/** @throws HttpProblem `validation` for a cursor that is not one of ours */
export function pageRequestOf(query: { limit?: number; cursor?: string }): PageRequest {
  const limit = (query.limit ?? PAGE_LIMIT) + 1
  return { after: query.cursor === undefined ? undefined : idOf(query.cursor), limit }
}

/** The body of a page; sets the `Link` header to the next one. */
export function showPage<Row, Item>(
  request: FastifyRequest,
  reply: FastifyReply,
  rows: readonly Row[],
  { limit }: PageRequest,
  { idOf, show }: { idOf: (row: Row) => string; show: (row: Row) => Item },
): { items: Item[]; next_cursor: string | null } {
  const shown = rows.slice(0, limit - 1)
  const last = rows.length < limit ? undefined : shown.at(-1)
  const next = last === undefined ? null : cursorOf(idOf(last))
  if (next !== null) {
    const url = new URL(request.url, 'http://localhost')
    url.searchParams.set('cursor', next)
    reply.header('link', `<${url.pathname}${url.search}>; rel="next"`)
  }
  return { items: shown.map(show), next_cursor: next }
}

function cursorOf(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')
}

const ID_BYTES = 16

function idOf(cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url')
  if (bytes.length !== ID_BYTES || bytes.toString('base64url') !== cursor) {
    const message = 'must be the next_cursor of the previous page'
    throw new HttpProblem('validation', { errors: [{ path: '/cursor', message }] })
  }
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
