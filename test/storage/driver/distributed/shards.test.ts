import { describe, expect, test } from 'vitest'
import {
  isShardUncommitted,
  refusalOf,
} from '../../../../src/storage/driver/distributed/shard-commit.js'
import { isConflict, violates } from '../../../../src/storage/driver/sqlstate.js'

const failed = (message: string, fields: object) => Object.assign(new Error(message), fields)

describe('the constraint of an error', () => {
  const KEYS = ['answers_pkey']
  const duplicate = (name: string) => `duplicate key value violates unique constraint "${name}"`

  test.each([
    ['its own name', duplicate('answers_pkey'), 'answers_pkey'],
    ['the name of a shard', duplicate('answers_pkey_102072'), 'answers_pkey_102072'],
    ['the sentence alone', duplicate('answers_pkey_102072'), undefined],
    ['a sentence in French', '« answers_pkey_102072 » la contrainte unique', undefined],
  ])('is known by %s', (_, message, constraint) => {
    const error = failed(message, { code: '23505', constraint })
    expect(violates(error, '23505', KEYS)).toBe(true)
    expect(violates(error, '23514', KEYS), 'of another kind').toBe(false)
  })

  test.each([
    [duplicate('old_answers_pkey'), undefined],
    [duplicate('answers_pkey_2nd'), undefined],
    [duplicate('journal_pkey'), 'journal_pkey'],
    // The field is what the server says; a sentence may quote anything.
    [duplicate('answers_pkey'), 'journal_pkey'],
  ])('is another one: %s, %s', (message, constraint) => {
    expect(violates(failed(message, { code: '23505', constraint }), '23505', KEYS)).toBe(false)
  })
})

describe('a shard that has not confirmed COMMIT', () => {
  const error = failed(
    'could not commit transaction for shard 102072 on at least one active node',
    {
      code: 'XX000',
      routine: 'ErrorIfPostCommitFailedShardPlacements',
    },
  )
  const lost = { code: '01000', message: 'failed to commit transaction on 127.0.0.1:5602' }

  test('is told apart from every other internal error', () => {
    expect(isShardUncommitted(error)).toBe(true)
    expect(isShardUncommitted(failed('a damaged page', { code: 'XX000', routine: 'x' }))).toBe(
      false,
    )
    expect(isShardUncommitted(undefined)).toBe(false)
  })

  test('is a refusal when its node said why, and the transaction may run again', () => {
    const aborted = { code: '40001', message: 'could not serialize access' }
    const refusal = refusalOf([aborted, lost], error)
    expect(refusal).toMatchObject({ message: aborted.message, code: '40001', cause: error })
    expect(isConflict(refusal)).toBe(true)
    const overlap = { code: '23P01', message: 'constraint "pools_exclusive_slots_apart_102009"' }
    const refused = refusalOf([overlap], error)
    expect(violates(refused, '23P01', ['pools_exclusive_slots_apart'])).toBe(true)
  })

  test.each([
    ['nothing was said', []],
    ['the connection was lost', [lost]],
    ['the node was shut down', [{ code: '57P01', message: 'terminating connection' }, lost]],
    ['the node does not know itself', [{ code: '40003' }]],
  ])('is in doubt when %s', (_, warnings) => {
    expect(refusalOf(warnings, error)).toBeUndefined()
  })
})
