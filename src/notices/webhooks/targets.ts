/** Where a webhook may be sent: by its URL, and again by the addresses that its name has. */
import { lookup, Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { isLoopbackAddress, isPublicAddress } from './public-addresses.js'

export interface TargetRules {
  /** Whether this machine may be called, over http and on any port: for development. Default false. */
  readonly toLoopback?: boolean
  /** The addresses of a name; none when it has none. Default: asks the name servers of this machine. */
  readonly resolve?: (name: string) => Promise<readonly string[]>
}

const URL_LENGTH_MAX = 2_000

/** How long name servers have, in milliseconds: a part of the 5 s that a delivery has. */
const RESOLVE_TIMEOUT_MS = 2_000

const ALLOWED =
  'https, a name instead of an IP address, port 443, no user, no fragment; the name has addresses on the ' +
  'public internet and no others'

/**
 * The URL in its canonical form, or undefined for one that no webhook may have. Asks nobody: what the name
 * leads to is for `addressesOf`.
 */
export function targetOf(text: string, { toLoopback = false }: TargetRules = {}): URL | undefined {
  if (text.length > URL_LENGTH_MAX || /\s/.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.username !== '' || url.password !== '' || url.hash !== '') return undefined
  if (toLoopback && isOfThisMachine(url)) return url
  if (url.protocol !== 'https:' || url.port !== '') return undefined
  return isIP(hostOf(url)) === 0 ? url : undefined
}

/** Completes "must be": what `targetOf` and `addressesOf` let through. */
export function allowedTargets({ toLoopback = false }: TargetRules): string {
  return toLoopback ? `${ALLOWED}; or this machine, at http://localhost` : ALLOWED
}

/**
 * The addresses to connect to: all that the name has, as long as each of them is public. Undefined when it
 * has none, or one that is not: who asks cannot tell which, so nobody learns what our own network has.
 */
export async function addressesOf(
  url: URL,
  { toLoopback = false, resolve = ask }: TargetRules = {},
): Promise<readonly string[] | undefined> {
  const host = hostOf(url)
  if (toLoopback && isOfThisMachine(url)) {
    if (isIP(host) !== 0) return [host]
    const found = await lookup(host, { all: true })
    return found.map(({ address }) => address).filter(isLoopbackAddress)
  }
  if (isIP(host) !== 0) return undefined
  const addresses = await resolve(host)
  return addresses.length > 0 && addresses.every(isPublicAddress) ? addresses : undefined
}

function isOfThisMachine(url: URL): boolean {
  const host = hostOf(url)
  return /^https?:$/.test(url.protocol) && (host === 'localhost' || isLoopbackAddress(host))
}

/** Without the brackets of an IPv6 address. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}

/**
 * Not `dns.lookup`: that occupies one of the program's four threads for as long as a name server likes, and
 * the owner of the name chooses the name server.
 */
async function ask(name: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: RESOLVE_TIMEOUT_MS, tries: 1 })
  const late = setTimeout(() => resolver.cancel(), RESOLVE_TIMEOUT_MS)
  try {
    const found = await Promise.all([
      resolver.resolve4(name).catch(nothing),
      resolver.resolve6(name).catch(nothing),
    ])
    return found.flat()
  } finally {
    clearTimeout(late)
  }
}

/** A name that has no addresses of a kind is an error to the resolver. */
const nothing = (): string[] => []
