/**
 * What a storefront's key may do with a reservation beyond having its token. The key is public: what
 * costs money is for the seller to confirm, unless the listing says that nothing does.
 */
import type { FastifyRequest } from 'fastify'
import type { Holdfast } from '../../engine/holdfast.js'
import { HttpProblem } from '../wire/problems.js'

type Listings = Pick<Holdfast, 'listings'>

const SELLER_CONFIRMS =
  'The seller confirms: hand the reservation to your own server, which has a seller key. Only where ' +
  'the listing has the policy `storefront_confirms: free` a storefront confirms its own holds.'
const SELLER_TAKES_PAYMENTS =
  'What is paid for the seller confirms, who knows whether the payment is there: a storefront sends ' +
  'no `payment_ref`.'

/** @throws HttpProblem `forbidden` unless the listing is free and no payment is claimed */
export async function checkStorefrontConfirms(
  holdfast: Listings,
  listingId: string,
  paymentRef: string | undefined,
): Promise<void> {
  if (!(await isFree(holdfast, listingId))) {
    throw new HttpProblem('forbidden', { detail: SELLER_CONFIRMS })
  }
  if (paymentRef !== undefined) {
    throw new HttpProblem('forbidden', { detail: SELLER_TAKES_PAYMENTS })
  }
}

/** @throws HttpProblem `forbidden` for a storefront that wants to enter the past */
export function checkPast({ principal }: FastifyRequest, allowPast = false): void {
  if (!allowPast || principal.scope !== 'storefront') return
  throw new HttpProblem('forbidden', {
    detail: 'What is over a seller enters: a storefront sends no `allow_past`.',
  })
}

/** @throws HttpProblem `forbidden` for a storefront that wants to note something for the seller */
export function checkMetadata({ principal }: FastifyRequest, metadata: object | undefined): void {
  if (metadata === undefined || principal.scope !== 'storefront') return
  throw new HttpProblem('forbidden', {
    detail: "Metadata is the seller's own: a storefront, whose key is public, sends no `metadata`.",
  })
}

/** True where nothing is paid for, so that a shopper may have more or less without the seller. */
export async function isFree({ listings }: Listings, listingId: string): Promise<boolean> {
  return (await listings.get(listingId))?.storefrontConfirms === 'free'
}
