/** Where webhooks are sent: to the public internet, whatever the owner of a name makes of it. */
import { describe, expect, test } from 'vitest'
import { isPublicAddress } from '../../../src/notices/webhooks/public-addresses.js'
import { addressesOf, targetOf } from '../../../src/notices/webhooks/targets.js'

const SPECIAL = {
  'this network': ['0.0.0.0', '0.1.2.3', '::'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fdff::1'],
  'a carrier’s customers': ['100.64.0.1', '100.127.255.255'],
  'link-local': ['169.254.169.254', 'fe80::1', 'febf::1', 'fec0::1'],
  documentation: ['192.0.2.1', '198.51.100.7', '203.0.113.9', '2001:db8::1', '3fff::1'],
  benchmarks: ['198.18.0.1', '198.19.255.255', '2001:2::1'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  'reserved, broadcast': ['240.0.0.1', '255.255.255.255', '100::1', '5f00::1', '4000::1'],
  'protocol assignments': ['192.0.0.8', '192.88.99.1', '2001::1', '2001:20::1'],
  'an IPv4 address in disguise': [
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '64:ff9b::808:808',
    '64:ff9b:1::a00:1',
    '2002:7f00:1::',
  ],
  'no address': ['', 'localhost', '1.2.3', '127.1', '0x7f000001', '1.2.3.4.5', '::g'],
}

const PUBLIC = [
  ...['1.1.1.1', '9.255.255.255', '11.0.0.1', '100.63.255.255', '100.128.0.1', '172.15.0.1'],
  ...['172.32.0.1', '192.167.1.1', '198.17.0.1', '198.20.0.1', '223.255.255.255'],
  ...['2600::1', '2a00:1450::1', '2001:4860:4860::8888', '2003::1'],
]

test.each(Object.entries(SPECIAL))(
  'no webhook goes to an address that is: %s',
  (_kind, addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([])
  },
)

test('webhooks go to whatever is beside those ranges', () => {
  expect(PUBLIC.filter((address) => !isPublicAddress(address))).toEqual([])
})

describe('a URL', () => {
  test.each([
    ['http', 'http://hooks.example.com/'],
    ['another scheme', 'ftp://hooks.example.com/'],
    ['a script', 'javascript:alert(1)'],
    ['a file', 'file:///etc/passwd'],
    ['another port', 'https://hooks.example.com:8443/'],
    ['an IPv4 address', 'https://93.184.216.34/'],
    ['an IPv4 address as a number', 'https://2130706433/'],
    ['an IPv4 address in hex', 'https://0x7f.1/'],
    ['an IPv4 address with a dot behind it', 'https://127.0.0.1./'],
    ['an IPv4 address in wide digits', 'https://１２７.0.0.1/'],
    ['an IPv6 address', 'https://[2600::1]/'],
    ['an IPv4 address in an IPv6 address', 'https://[::ffff:127.0.0.1]/'],
    ['a user', 'https://ada@hooks.example.com/'],
    ['a password', 'https://:secret@hooks.example.com/'],
    ['a fragment', 'https://hooks.example.com/#there'],
    ['white space', 'https://hooks.example.com/a b'],
    ['a line break', 'https://hooks.example.com/\r\nx: y'],
    ['no host', 'https:///'],
    ['nothing', ''],
    ['a path alone', '/hooks'],
    ['too much of it', `https://hooks.example.com/${'x'.repeat(2_000)}`],
    ['this machine', 'http://localhost:4000/'],
  ])('with %s is refused', (_what, text) => {
    expect(targetOf(text)).toBe(undefined)
  })

  test('of https, a name and the usual port is taken, in its canonical form', () => {
    expect(targetOf('https://Bücher.Example:443/a?b=c')?.href).toBe(
      'https://xn--bcher-kva.example/a?b=c',
    )
  })

  test.each(['http://localhost:4000/', 'https://127.0.0.1:8443/a', 'http://[::1]:4000/'])(
    'of this machine is taken where the switch allows it: %s',
    (text) => {
      expect(targetOf(text, { toLoopback: true })).toBeDefined()
      expect(targetOf(text)).toBe(undefined)
    },
  )

  test.each(['http://hooks.example.com/', 'https://10.0.0.1/', 'http://192.168.0.1:80/'])(
    'of another machine gains nothing by the switch: %s',
    (text) => {
      expect(targetOf(text, { toLoopback: true })).toBe(undefined)
    },
  )
})

describe('a name', () => {
  const url = new URL('https://hooks.example.com/')
  const leadingTo = (...addresses: string[]) => addressesOf(url, { resolve: async () => addresses })

  test.each([
    ['has no address', []],
    ['leads to this machine', ['127.0.0.1']],
    ['leads to our own network beside the internet', ['1.1.1.1', '10.0.0.5']],
    ['leads to the metadata of a cloud', ['169.254.169.254']],
    ['leads to an IPv4 address in disguise', ['::ffff:10.0.0.5']],
  ])('that %s is refused', async (_what, addresses) => {
    expect(await leadingTo(...addresses)).toBe(undefined)
    const resolve = async () => addresses
    expect(await addressesOf(url, { resolve, toLoopback: true })).toBe(undefined)
  })

  test('with public addresses is connected to at these', async () => {
    expect(await leadingTo('1.1.1.1', '2600::1')).toEqual(['1.1.1.1', '2600::1'])
  })
})
