/** Makes values of a JSON Schema, as far as our own contract uses it: every kind of value it allows. */
import fc, { type Arbitrary } from 'fast-check'
import type { Schema } from './operations.js'

interface Known {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly examples?: readonly string[]
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly propertyNames?: Schema
  readonly additionalProperties?: Schema | boolean
}

/** @param special values for properties of a certain name, such as ids that exist */
export function arbitraryOf(
  schema: Schema,
  special: Readonly<Record<string, Arbitrary<unknown>>> = {},
): Arbitrary<unknown> {
  const known = schema as Known
  if (known.enum !== undefined) return fc.constantFrom(...known.enum)
  if ('const' in known) return fc.constant(known.const)
  const types = [known.type ?? []].flat()
  return fc.oneof(...types.map((type) => ofType(type, known, special)))
}

function ofType(
  type: string,
  schema: Known,
  special: Readonly<Record<string, Arbitrary<unknown>>>,
): Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer': {
      const { minimum: min = -(2 ** 31), maximum: max = 2 ** 31 } = schema
      // Small numbers are where things happen.
      return fc.oneof(fc.integer({ min, max: Math.min(max, min + 5) }), fc.integer({ min, max }))
    }
    case 'string':
      return text(schema)
    case 'array': {
      const { items = {}, minItems: minLength = 0, maxItems: maxLength = 10 } = schema
      const bounds = { minLength, maxLength }
      const each = arbitraryOf(items, special)
      return schema.uniqueItems ? fc.uniqueArray(each, bounds) : fc.array(each, bounds)
    }
    case 'object': {
      const { properties = {}, required = [], minProperties = 0 } = schema
      const { propertyNames, additionalProperties: other } = schema
      if (propertyNames !== undefined && typeof other === 'object') {
        // `__proto__` is no key of ours, and in a literal it would be none at all.
        const key = text(propertyNames as Known).filter((name) => name !== '__proto__')
        return fc.dictionary(key, arbitraryOf(other, special), {
          minKeys: minProperties,
          maxKeys: Math.min(schema.maxProperties ?? 3, 3),
        })
      }
      const members = Object.entries(properties).map(([name, member]) => [
        name,
        special[name] ?? arbitraryOf(member, special),
      ])
      return fc
        .record(Object.fromEntries(members) as Record<string, Arbitrary<unknown>>, {
          requiredKeys: [...required],
        })
        .filter((value) => Object.keys(value).length >= minProperties)
    }
    default:
      throw new Error(`values of type ${type} are not known here`)
  }
}

function text(schema: Known): Arbitrary<string> {
  const { minLength = 0, maxLength = 300, pattern = '', examples = [] } = schema
  const bounds = { minLength, maxLength: Math.min(maxLength, 300) }
  const allowed = new RegExp(pattern, 'u')
  return fc
    .oneof(
      fc.string({ ...bounds, unit: 'grapheme-ascii' }),
      fc.string({ ...bounds, unit: 'binary' }),
      fc.emailAddress(),
      // What has a form of its own is hardly ever met by chance.
      ...examples.map((example) => fc.constant(example)),
      fc.constantFrom('UTC', 'ada', "'; drop table pools; --", '<script>', '%00', 'é😀'),
    )
    .filter((value) => allowed.test(value))
    .filter((value) => [...value].length >= minLength && [...value].length <= maxLength)
}

/** The same value with one thing about it changed: most likely no longer of its schema. */
export function spoilt(value: Arbitrary<unknown>): Arbitrary<unknown> {
  const wrong = fc.oneof(
    fc.constantFrom(null, true, -1, 0, 1.5, 1e9, 2 ** 53, -0, 1e-7, '', '2', '\u0000', '\u202e'),
    fc.constantFrom('\ud800', 'a\r\nb', [], {}, [[]], { a: {} }, 'x'.repeat(600)),
    fc.jsonValue({ maxDepth: 4 }),
  )
  const name = fc.oneof(
    fc.constantFrom('price', 'state', 'constructor', 'toString', 'listing_id', '', 'name', 'lines'),
    fc.string(),
  )
  return fc.tuple(value, wrong, name, fc.nat(), fc.nat(3)).map(([good, bad, key, at, how]) => {
    const places = placesIn(good)
    const place = places[at % places.length] ?? []
    if (how === 0) return bad
    if (how === 1) return replaced(good, [...place, key], bad)
    if (how === 2) return replaced(good, place, undefined)
    return replaced(good, place, bad)
  })
}

type Place = readonly (string | number)[]

/** Where there is something in a value, itself included. */
function placesIn(value: unknown, here: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [here]
  return [here, ...Object.entries(value).flatMap(([key, each]) => placesIn(each, [...here, key]))]
}

function replaced(value: unknown, [key, ...rest]: Place, by: unknown): unknown {
  if (key === undefined) return by
  if (typeof value !== 'object' || value === null) return by
  const copy: Record<string | number, unknown> = Array.isArray(value)
    ? ([...value] as unknown as Record<number, unknown>)
    : { ...value }
  const inner = replaced(copy[key], rest, by)
  if (inner === undefined) delete copy[key]
  else copy[key] = inner
  return copy
}
