/**
 * Writes schemas as TypeBox does, with TypeBox's types, but without loading it. Every command and every
 * server would otherwise wait a third of a second for its 373 files; the contract needs twelve functions
 * of them. A test compares each with TypeBox's own.
 */
import type { Type as TypeBox } from 'typebox'

type Builders = Pick<
  typeof TypeBox,
  | 'Array'
  | 'Boolean'
  | 'Integer'
  | 'Null'
  | 'Number'
  | 'Object'
  | 'Optional'
  | 'Record'
  | 'String'
  | 'Union'
  | 'Unknown'
  | 'Unsafe'
>

/** As TypeBox marks a property that may be absent: out of sight of `Object.keys` and of JSON. */
const OPTIONAL = '~optional'

const ofType = (type: string) => (options: object) => ({ type, ...options })

const builders = {
  Array: (items: object, options: object) => ({ type: 'array', items, ...options }),
  Boolean: ofType('boolean'),
  Integer: ofType('integer'),
  Null: ofType('null'),
  Number: ofType('number'),
  Object: (properties: Readonly<Record<string, object>>, options: object) => {
    const required = Object.keys(properties).filter(
      (name) => !(OPTIONAL in (properties[name] ?? {})),
    )
    return { type: 'object', ...(required.length > 0 && { required }), properties, ...options }
  },
  Optional: (schema: object) =>
    Object.defineProperty({ ...schema }, OPTIONAL, { value: true, enumerable: false }),
  /** The keys are any text. */
  Record: (_key: object, value: object, options: object) => {
    return { type: 'object', patternProperties: { '^.*$': value }, ...options }
  },
  String: ofType('string'),
  Union: (anyOf: readonly object[], options: object) => ({ anyOf, ...options }),
  Unknown: (options: object) => ({ ...options }),
  Unsafe: (schema: object) => ({ ...schema }),
}

/**
 * The functions that make schemas.
 *
 * @example
 * const Size = Type.Object({ width: Type.Integer({ minimum: 1 }), name: Type.Optional(Type.String()) })
 * type Size = Static<typeof Size>
 */
// TypeBox's types say more than plain objects can: the test compares what both write, schema by schema.
export const Type = builders as unknown as Builders
