/**
 * Whether a key can be guessed. Callers who share one API key are strangers to each other: whoever
 * guesses the idempotency key of another one's request hears the answer to it.
 */

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** The others are made of a clock, of a name, or of nothing. */
const RANDOM_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

/** How long 128 random bits are, at the least, by what they are written with. */
const LENGTHS: readonly { readonly written: RegExp; readonly lengthMin: number }[] = [
  { written: /^\d+$/, lengthMin: 39 },
  { written: /^[0-9a-f]+$/i, lengthMin: 32 },
  { written: /^[0-9a-z]+$|^[0-9A-Z]+$/, lengthMin: 25 },
]
/** In Base64 and whatever has as many characters. */
const LENGTH_MIN = 22

/** Fewer are no chance: with 32 hexadecimal digits it happens once in 10^12 times. */
const DIFFERENT_MIN = 6

/**
 * True for a UUID of version 4 or 7, and for text that is long enough for 128 random bits. Nobody can
 * see whether text is random; what certainly is not is refused: too short for it, or the same few
 * characters again and again.
 */
export function isUnguessable(key: string): boolean {
  const signs = key.replaceAll(/[-_]/g, '')
  if (new Set(signs.toLowerCase()).size < DIFFERENT_MIN) return false
  if (UUID.test(key)) return RANDOM_UUID.test(key)
  const plain = LENGTHS.find(({ written }) => written.test(signs))
  return plain === undefined ? key.length >= LENGTH_MIN : signs.length >= plain.lengthMin
}
