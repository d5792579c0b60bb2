/**
 * Which addresses are on the public internet. A webhook's owner chooses the name, so the name may lead
 * into our own network: to a database, or to the metadata of a cloud (SSRF).
 *
 * Source: IANA's registries of special-purpose addresses (RFC 6890). Of IPv6 only 2000::/3 is given out at
 * all, so loopback, link-local, unique local, multicast, NAT64 and IPv4-mapped addresses are outside.
 */
import { BlockList, isIP } from 'node:net'

const SPECIAL_V4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared by the customers of a carrier (CGNAT)
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local: the metadata of clouds
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
]

const SPECIAL_V6 = [
  '2001::/23', // protocol assignments: Teredo, ORCHID, benchmarks
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: an IPv4 address in disguise
  '3fff::/20', // documentation
]

const special = blockListOf([...SPECIAL_V4, ...SPECIAL_V6])
const given = blockListOf(['2000::/3'])
const loopback = blockListOf(['127.0.0.0/8', '::1/128'])

/** True for an address that anybody on the internet may be asked at. False for what is no address. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, 'ipv4')
    case 6:
      return given.check(address, 'ipv6') && !special.check(address, 'ipv6')
    default:
      return false
  }
}

/** True for an address of this machine alone. */
export function isLoopbackAddress(address: string): boolean {
  const version = isIP(address)
  return version !== 0 && loopback.check(address, version === 4 ? 'ipv4' : 'ipv6')
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits = ''] = range.split('/')
    list.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}
