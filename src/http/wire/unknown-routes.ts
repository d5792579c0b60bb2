/**
 * What no route is for: a preflight, 405 with `Allow` where the path has other methods, else 404. Whether a
 * path is one of ours is no secret: the OpenAPI document has them all.
 */
import type { FastifyInstance } from 'fastify'
import { answerPreflight, isPreflight } from '../guard/pages.js'
import { onUnknownRoute, sendProblem } from './problems.js'

interface Path {
  readonly form: RegExp
  readonly methods: Set<string>
  /** Those of a storefront's key, which a page may send. */
  readonly ofPages: Set<string>
}

/** Has to be called before the routes are made: it hears of each of them. */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const paths = new Map<string, Path>()
  app.addHook('onRoute', ({ method, url, config }) => {
    const path = paths.get(url) ?? { form: formOf(url), methods: new Set(), ofPages: new Set() }
    for (const each of [method].flat()) {
      path.methods.add(each)
      if (config?.scopes?.includes('storefront')) path.ofPages.add(each)
    }
    paths.set(url, path)
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.replace(/\?.*$/s, '')
    const known = [...paths.values()].filter(({ form }) => form.test(path))
    const ofPages = new Set(known.flatMap((each) => [...each.ofPages]))
    if (ofPages.size > 0 && isPreflight(request)) {
      return answerPreflight(request, reply, [...ofPages].sort())
    }
    const methods = new Set(known.flatMap((each) => [...each.methods]))
    if (methods.size === 0 || methods.has(request.method)) return onUnknownRoute(request, reply)
    reply.header('allow', [...methods].sort().join(', '))
    return sendProblem(request, reply, 'method_not_allowed')
  })
}

/** `/pools/:pool_id` as the paths that are so formed. */
function formOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+'
    return part === '*' ? '.*' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('/')}$`)
}
