/** By which address a caller is counted, and which addresses are proxies', who bring many callers. */
import { BlockList, isIP } from 'node:net'
import { normalizeIP } from '@fastify/rate-limit'

/** One household has a whole /64 of IPv6, so that is one address. */
export function countedAddress(address: string): string {
  return normalizeIP(address)
}

/** True for the address of a proxy whose `X-Forwarded-For` is believed. */
export type IsProxy = (address: string) => boolean

const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

/**
 * @param trustProxy true: every address is a proxy's; or addresses, ranges and `loopback`, `linklocal`,
 * `uniquelocal`, with commas between them
 * @throws Error for what is neither an address nor a range
 */
export function proxiesOf(trustProxy: boolean | string): IsProxy {
  if (typeof trustProxy === 'boolean') return () => trustProxy
  const proxies = new BlockList()
  const names = trustProxy.split(',').map((name) => name.trim())
  for (const range of names.flatMap((name) => NAMED[name] ?? [name])) {
    const [address = '', bits] = range.split('/')
    const family = familyOf(address)
    if (bits === undefined) proxies.addAddress(address, family)
    else proxies.addSubnet(address, Number(bits), family)
  }
  return (address) => isIP(address) !== 0 && proxies.check(address, familyOf(address))
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
