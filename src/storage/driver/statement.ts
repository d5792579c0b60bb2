/** How a statement is named and its answer read, on whatever connection it runs. */
import { createHash } from 'node:crypto'
import pg from 'pg'

const INT8_OID = 20

/** Whoever's pool it is: bigint arrives as a number; versions, counts and times stay below 2^53. */
export const TYPES = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8_OID && format !== 'binary') return Number
    return pg.types.getTypeParser(oid, format)
  },
} as pg.CustomTypesConfig

const names = new Map<string, string>()

/** The name to prepare a statement under. Statements are constants of the program: the map stays small. */
export function nameOf(text: string): string {
  let name = names.get(text)
  if (name === undefined) {
    name = `holdfast_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
    names.set(text, name)
  }
  return name
}
