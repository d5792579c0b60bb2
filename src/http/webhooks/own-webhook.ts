/** Whose endpoints are whose: they are named without their listing, so the guard of paths does not know. */
import type { FastifyRequest } from 'fastify'
import { isUuid } from '../../domain/ids.js'
import type { WebhookRow } from '../../engine/reads/rows.js'
import type { Services } from '../services.js'
import { HttpProblem } from '../wire/problems.js'

type Door = Services['holdfast']
type WebhookIdIn = { readonly webhook_id: string }

/**
 * The endpoint that the path names, if the caller may touch it.
 *
 * @throws HttpProblem `not_found`
 */
export async function ownWebhook(
  { principal, params }: Pick<FastifyRequest, 'principal'> & { readonly params: WebhookIdIn },
  { webhooks, keyring }: Pick<Door, 'webhooks' | 'keyring'>,
): Promise<WebhookRow> {
  const row = await webhooks.get(params.webhook_id)
  const open =
    row !== undefined &&
    (principal.scope === 'admin' || (await keyring.mayTouch(principal, row.listingId)))
  if (!open) throw new HttpProblem('not_found')
  return row
}

/**
 * Listings in a body or a query are nobody's but their sellers', as those in paths are.
 *
 * @throws HttpProblem `not_found`; `forbidden` for a seller who means every listing
 */
export async function checkListing(
  { principal }: Pick<FastifyRequest, 'principal'>,
  { listings, keyring }: Pick<Door, 'listings' | 'keyring'>,
  listingId: string | undefined,
): Promise<void> {
  if (listingId === undefined) {
    if (principal.scope === 'admin') return
    throw new HttpProblem('forbidden', {
      detail: "Events of every listing are for an admin's key: name a `listing_id`.",
    })
  }
  const open =
    isUuid(listingId) &&
    (principal.scope === 'admin'
      ? await listings.exists(listingId)
      : await keyring.mayTouch(principal, listingId.toLowerCase()))
  if (!open) throw new HttpProblem('not_found')
}
