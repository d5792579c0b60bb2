/** What counts as an e-mail address that a message may be sent to: one, and nothing that could be read as two. */

/** As long as an address may be (RFC 5321, section 4.5.3.1.3, less the brackets). */
export const ADDRESS_LENGTH_MAX = 254

// A dot-atom of RFC 5322 before the @, at most 64 characters; a name of the DNS behind it. Quoted local
// parts, comments, groups, display names and addresses of IP literals are none, and nothing outside of
// ASCII: most mail servers would refuse it.
const ATOM = "[A-Za-z0-9_!#$%&'*+/=?^`{|}~-]+"
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'

/** The same rule for a schema, which bounds the length by itself. */
export const ADDRESS_PATTERN = `^(?=[^@]{1,64}@)${ATOM}(?:\\.${ATOM})*@(?:${LABEL}\\.)*${LABEL}$`

const ADDRESS = new RegExp(ADDRESS_PATTERN, 'u')

/**
 * True for one plain address.
 *
 * @example
 * isAddress('ada@example.com') // true
 * isAddress('ada@example.com, eve@example.com') // false
 * isAddress('Ada <ada@example.com>') // false
 */
export function isAddress(text: string): boolean {
  return text.length <= ADDRESS_LENGTH_MAX && ADDRESS.test(text)
}
