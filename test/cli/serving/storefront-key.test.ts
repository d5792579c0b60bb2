import { expect, test } from 'vitest'
import { checkStorefrontKey } from '../../../src/cli/serving/storefront-key.js'
import { openHoldfast } from '../../../src/engine/holdfast.js'
import { useService } from '../../support/http/service.js'

const service = useService()

test('a shop shows no key that opens more than a shop', async () => {
  const holdfast = openHoldfast({ url: service.url, connectionsMax: 1 })
  const check = (storefrontKey: string | undefined, pages = true) =>
    checkStorefrontKey(holdfast, { pages, storefrontKey })
  try {
    await check(undefined)
    await check(service.keys.storefront)
    await check(service.keys.admin, false)
    for (const scope of ['admin', 'seller'] as const) {
      await expect(check(service.keys[scope])).rejects.toThrow(
        `HOLDFAST_STOREFRONT_KEY is of scope ${scope}, and the shop shows it to everybody; allowed: a key of scope storefront`,
      )
    }
    await expect(check(`hf_0123456789ab_${'x'.repeat(43)}`)).rejects.toThrow('does not work')
  } finally {
    await holdfast.close()
  }
})
