/** The one form in which a customer's name is kept, counted, locked and looked for. */

// Nobody sees these, so two names could differ by them alone.
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu

const SPACES = /[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u2028\u2029\u3000]+/g

// Latin, Greek, Cyrillic, Armenian and full-width letters: what they are in lower case is the same in every
// version of Unicode that a server may have, and one letter each.
const CASED = /[A-Z\u00c0-\u012f\u0131-\u0556\u1e00-\u1fff\uff21-\uff3a]/g

/**
 * The normal form of a customer. Two spellings of one form are one customer: to limits, to the lock under
 * which they are counted, and to lists.
 *
 * - Characters that nobody sees are left out: zero-width spaces and joiners, soft hyphens, variation
 *   selectors.
 * - Letters with accents are composed (Unicode's NFC).
 * - White space at either end is left out, and any run of it in between becomes one space.
 * - What has an `@` is an e-mail address: all of it is in lower case. Its host has no case, and no
 *   provider of note tells `Ada@` from `ada@`. Any other name keeps its case.
 *
 * The form of a form is the form itself. The migration that brought it has the same rule in SQL, and a
 * test holds the two together.
 *
 * @example
 * normalCustomer(' Ada@Example.COM ') // 'ada@example.com'
 */
export function normalCustomer(text: string): string {
  const seen = text.replace(UNSEEN, '').normalize('NFC').replace(SPACES, ' ').trim()
  if (!seen.includes('@')) return seen
  return seen.replace(CASED, (letter) => letter.toLowerCase()).normalize('NFC')
}
