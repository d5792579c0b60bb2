/** What a mail may be sent to: one address, and nothing that could be read as two, or as a header. */

/** As long as an address may be (RFC 5321, section 4.5.3.1.3, less the brackets). */
const ADDRESS_LENGTH_MAX = 254
const LOCAL_LENGTH_MAX = 64

// A dot-atom of RFC 5322 before the @, a name of the DNS behind it. Quoted local parts, comments,
// groups, display names and addresses of IP literals are none.
const ATOM = "[\\w!#$%&'*+/=?^`{|}~-]+"
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const ADDR_SPEC = new RegExp(`^${ATOM}(?:\\.${ATOM})*@(?:${LABEL}\\.)*${LABEL}$`, 'i')

/**
 * True for one plain address.
 *
 * @example
 * isAddress('ada@example.com') // true
 * isAddress('ada@example.com, eve@example.com') // false
 * isAddress('Ada <ada@example.com>') // false
 */
export function isAddress(text: string): boolean {
  if (text.length > ADDRESS_LENGTH_MAX || text.indexOf('@') > LOCAL_LENGTH_MAX) return false
  return ADDR_SPEC.test(text)
}

/** Who a mail is from. */
export interface Sender {
  readonly address: string
  /** Shown instead of the address; empty for none. */
  readonly name: string
}

// No character that would end the name, begin an address or turn its direction.
const SENDER =
  /^(?:"?(?<name>[^"<>\p{C}\u2028\u2029]{0,200}?)"?\s*<(?<named>[^<>\s]+)>|(?<bare>[^<>\s]+))$/u

/**
 * The sender that a text names: an address, or a name with an address in angle brackets.
 *
 * @returns undefined for anything else
 * @example
 * senderOf('Grand Hotel <bookings@hotel.example>')
 */
export function senderOf(text: string): Sender | undefined {
  const { name = '', named, bare } = SENDER.exec(text.trim())?.groups ?? {}
  const address = named ?? bare ?? ''
  return isAddress(address) ? { address, name: name.trim() } : undefined
}

const ANY_ADDRESS = /[^\s<>"'(),;:]+@[^\s<>"'(),;]+/g

/** A server's words without the addresses in them: what is kept of an answer names nobody. */
export function withoutAddresses(text: string): string {
  return text.replaceAll(ANY_ADDRESS, '(address)')
}
