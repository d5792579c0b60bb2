/**
 * What no route is for: 405 with `Allow` where the path has other methods, else 404. Whether a path is
 * one of ours is no secret: the OpenAPI document has them all.
 */
import type { FastifyInstance } from 'fastify'
import { onUnknownRoute, sendProblem } from './problems.js'

/** Has to be called before the routes are made: it hears of each of them. */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const methodsOf = new Map<string, { readonly form: RegExp; readonly methods: Set<string> }>()
  app.addHook('onRoute', ({ method, url }) => {
    const path = methodsOf.get(url) ?? { form: formOf(url), methods: new Set() }
    for (const each of [method].flat()) path.methods.add(each)
    methodsOf.set(url, path)
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.replace(/\?.*$/s, '')
    const known = [...methodsOf.values()].filter(({ form }) => form.test(path))
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
