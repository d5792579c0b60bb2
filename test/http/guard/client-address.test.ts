/** Which addresses are proxies', and which addresses are one. */
import { expect, test } from 'vitest'
import { countedAddress, proxiesOf } from '../../../src/http/guard/client-address.js'

test.each([
  ['loopback', ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'], ['10.0.0.1', '::2']],
  ['linklocal,uniquelocal', ['169.254.1.1', 'fe80::1', '10.1.2.3', 'fd00::1'], ['127.0.0.1']],
  ['192.0.2.7, 2001:db8::/32', ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8:1::1'], ['192.0.2.8']],
  [true, ['192.0.2.1', '::1'], []],
  [false, [], ['127.0.0.1', '::1']],
  ['loopback', [], ['', 'unknown', '127.0.0.1:80', 'localhost']],
] as const)('of the proxies %s %j are some, %j are not', (trustProxy, proxies, others) => {
  const isProxy = proxiesOf(trustProxy)
  expect(proxies.filter((address) => !isProxy(address))).toEqual([])
  expect(others.filter((address) => isProxy(address))).toEqual([])
})

test('a household is one address, whichever of its addresses it comes from', () => {
  expect(countedAddress('2001:db8::1')).toBe(countedAddress('2001:db8::ffff:1'))
  expect(countedAddress('2001:db8::1')).not.toBe(countedAddress('2001:db8:0:1::1'))
  expect(countedAddress('::ffff:192.0.2.1')).toBe('192.0.2.1')
})
