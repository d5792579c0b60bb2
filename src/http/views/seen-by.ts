/** Who sees metadata: the seller alone, whose own notes they are. */
import type { FastifyRequest } from 'fastify'

/** The view as the caller may see it. */
export function seenBy<View extends { metadata?: unknown }>(
  { principal }: Pick<FastifyRequest, 'principal'>,
  view: View,
): View {
  if (principal.scope !== 'storefront') return view
  const { metadata: _, ...rest } = view
  return rest as View
}
