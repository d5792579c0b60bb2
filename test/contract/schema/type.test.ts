/** The contract's own functions write what TypeBox writes. */
import TypeBox from 'typebox'
import { expect, test } from 'vitest'
import { Type } from '../../../src/contract/schema/type.js'

const OPTIONS = { description: 'a description', maxLength: 5, minimum: 1 }

/** One schema for each way in which the contract calls the functions. */
function schemasBy(type: typeof Type) {
  const leaves = [type.Boolean, type.Integer, type.Null, type.Number, type.String, type.Unknown]
  const named = Object.assign(type.Object({ a: type.Null() }), { $id: 'Named' })
  return [
    ...leaves.flatMap((leaf) => [leaf(), leaf(OPTIONS)]),
    type.Array(type.String()),
    type.Array(type.String(), OPTIONS),
    type.Object({}),
    type.Object({ a: type.String(), b: type.Optional(type.Integer(OPTIONS)) }, OPTIONS),
    type.Object({ a: type.Optional(named), b: type.Optional(type.Object({ c: type.Null() })) }),
    type.Optional(type.Optional(type.String())),
    type.Record(type.String(), type.Unknown()),
    type.Record(type.String(), type.Integer(), OPTIONS),
    type.Union([type.String(), type.Null()]),
    type.Union([type.String(), type.Null()], OPTIONS),
    type.Unsafe<string | null>({ type: ['string', 'null'], ...OPTIONS }),
  ]
}

test('every function writes a schema letter by letter as TypeBox does', () => {
  const letters = (type: typeof Type) => schemasBy(type).map((schema) => JSON.stringify(schema))
  expect(letters(Type)).toEqual(letters(TypeBox))
})

test('an optional schema is one of its own: the same schema is required elsewhere', () => {
  const text = Type.String()
  const both = Type.Object({ given: text, absent: Type.Optional(text) })
  expect(both.required).toEqual(['given'])
})
