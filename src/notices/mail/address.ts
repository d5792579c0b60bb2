/** Who mails are from, and words of servers without the addresses in them. */
import { isAddress } from '../../domain/reservation/address.js'

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
