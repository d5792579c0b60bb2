/** From which web pages a storefront's key may be used, by their origins. */
import { HoldfastError } from '../domain/errors.js'

/** Every origin. */
export const ANY_ORIGIN = '*'

/**
 * Origins as browsers send them: lower case, no default port, letters of other scripts as Punycode.
 *
 * @throws HoldfastError `invalid_input` for what is not the origin of a page
 */
export function originsOf(texts: readonly string[]): readonly string[] {
  const origins = new Set(texts.map(originOf))
  return origins.has(ANY_ORIGIN) ? [ANY_ORIGIN] : [...origins]
}

function originOf(text: string): string {
  if (text === ANY_ORIGIN) return text
  const url = /\s/.test(text) || !URL.canParse(text) ? undefined : new URL(text)
  // Whatever else a URL may have stands behind the slash, or before the host.
  const isBare = url !== undefined && url.href === `${url.origin}/` && !url.hostname.includes('*')
  if (isBare && /^https?:$/.test(url.protocol)) return url.origin
  throw new HoldfastError(
    'invalid_input',
    `an origin is a scheme, a host and perhaps a port, such as https://shop.example, or * for every ` +
      `page; not ${JSON.stringify(text)}`,
  )
}

/**
 * @param origin of the page, as its browser sends it
 * @returns what the answer says of who may read it; undefined when the page may not
 */
export function allowedOrigin(origins: readonly string[], origin: string): string | undefined {
  if (origins.includes(ANY_ORIGIN)) return ANY_ORIGIN
  return origins.includes(origin) ? origin : undefined
}
