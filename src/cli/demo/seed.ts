/** Puts the demo's listings on sale, and says how to book them. */
import type { Holdfast } from '../../engine/holdfast.js'
import { DEMO_LISTINGS } from './listings.js'

export interface Demo {
  /** A seller's key for the demo's listings, and for nothing else. */
  readonly key: string
  /** What the demo's shop calls with: whoever looks may know it. */
  readonly storefrontKey: string
  /** What Evento's face sells. */
  readonly eventoListingIds: readonly string[]
  /** What to type, once the server listens at `address`, and where the mails that it brings about are. */
  invitation(address: string, hasMailbox: boolean): string
}

/** Safe at every start: what exists stays as it is, and the key is the same. */
export async function seedDemo(holdfast: Holdfast, now: Date = new Date()): Promise<Demo> {
  for (const listing of DEMO_LISTINGS) await listing.seed(holdfast, now)
  const key = await demoKey(holdfast, 'seller')
  const storefrontKey = await demoKey(holdfast, 'storefront')
  return {
    key,
    storefrontKey,
    eventoListingIds: DEMO_LISTINGS.filter((each) => each.overEvento).map((each) => each.listingId),
    invitation: (address, hasMailbox) =>
      [
        'Holdfast is serving the demo. Open these pages:',
        `  ${address}/ to book`,
        `  ${address}/staff to run the shop; sign in with the key below`,
        ...(hasMailbox ? [`  ${address}/mailbox for the mails that this sends`] : []),
        'In another terminal, `npx holdfast lab` opens the race in a browser. Or try:',
        `  KEY=${key}`,
        ...DEMO_LISTINGS.flatMap(({ name, lines }) => [
          `${name}:`,
          ...lines(address, now).map((line) => `  ${line}`),
        ]),
      ].join('\n'),
  }
}

/**
 * A key of the demo's, derived from a secret of the deployment: a server that starts again, and another
 * one beside it, derive the same key.
 */
async function demoKey(
  { tokens, keys }: Holdfast,
  scope: 'seller' | 'storefront',
): Promise<string> {
  const purpose = scope === 'seller' ? "the demo's" : "the demo's storefront's"
  const part = (await tokens.derive(`${purpose} key`)).toString('base64url')
  const prefix = (await tokens.derive(`${purpose} prefix`)).toString('hex').slice(0, 12)
  const key = `hf_${prefix}_${part}`
  const listingIds = DEMO_LISTINGS.map(({ listingId }) => listingId)
  await keys.ensure(key, { name: 'demo', scope, listingIds })
  return key
}
