/**
 * The pages: a shop on `/`, `/book/…` and `/r/…`, the staff's on `/staff`, and what they load. The build made
 * them out of `web/`; a server without a build serves none.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { type BuiltPage, readPage, sendPage } from './page.js'

export interface SiteOptions {
  /** The public key that the shop calls with; without one the shop says that it is closed. */
  readonly storefrontKey?: string | undefined
}

const BUILT = fileURLToPath(new URL('../../../dist/web/', import.meta.url))
const SHOP = ['/', '/book/:listing_id', '/r/:listing_id/:reservation_id']
const STAFF = ['/staff', '/staff/*']
/** A build gives another name to what has changed. */
const FOR_EVER = 'public, max-age=31536000, immutable'
/** Other people's pages load it under the name that it has: asked for each time, and mostly unchanged. */
const ASKED_FOR = 'public, no-cache'

export async function site(app: FastifyInstance, { storefrontKey }: SiteOptions): Promise<void> {
  if (!existsSync(BUILT)) {
    app.log.warn('there are no pages to serve: `npm run build` makes them')
    return
  }
  serve(app, SHOP, await readPage(`${BUILT}shop/index.html`, { storefrontKey }))
  serve(app, STAFF, await readPage(`${BUILT}staff/index.html`))
  // biome-ignore lint/nursery/noMisusedPromises: Fastify awaits async plugins; the rule sees another overload
  await app.register(async (scope) => {
    openToEveryPage(scope, FOR_EVER)
    await scope.register(fastifyStatic, { ...FILES, root: `${BUILT}assets`, prefix: '/assets/' })
  })
  // biome-ignore lint/nursery/noMisusedPromises: Fastify awaits async plugins; the rule sees another overload
  await app.register(async (scope) => {
    openToEveryPage(scope, ASKED_FOR)
    await scope.register(fastifyStatic, { ...FILES, root: BUILT, serve: false })
    scope.get('/embed.js', (_request, reply) => reply.sendFile('embed.js'))
  })
}

const FILES = { index: false as const, preCompressed: true, cacheControl: false }

function serve(app: FastifyInstance, paths: readonly string[], page: BuiltPage): void {
  for (const path of paths) app.get(path, (request, reply) => sendPage(request, reply, page))
}

/** Scripts and styles are no secret, and a shop that is part of another site loads them from here. */
function openToEveryPage(scope: FastifyInstance, cacheControl: string): void {
  scope.addHook('onSend', async (_request, reply) => {
    if (reply.statusCode >= 400) return
    reply.headers({
      'cache-control': cacheControl,
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    })
  })
}
