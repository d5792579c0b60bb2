/** The key that the shop's page shows to everybody has to be one that everybody may have. */
import type { Holdfast } from '../../engine/holdfast.js'
import type { Config } from '../config/config.js'
import { invalid, SETTINGS } from '../config/settings.js'

/** @throws HoldfastError `invalid_input` for a key that is not of scope storefront, or does not work */
export async function checkStorefrontKey(
  { keyring }: Pick<Holdfast, 'keyring'>,
  { pages, storefrontKey }: Pick<Config, 'pages' | 'storefrontKey'>,
): Promise<void> {
  if (!pages || storefrontKey === undefined) return
  const { variable, allowed } = SETTINGS.storefrontKey
  const principal = await keyring.recognise(storefrontKey)
  if (principal === undefined) throw invalid(variable, 'does not work, or was revoked', allowed)
  if (principal.scope === 'storefront') return
  throw invalid(
    variable,
    `is of scope ${principal.scope}, and the shop shows it to everybody`,
    allowed,
  )
}
