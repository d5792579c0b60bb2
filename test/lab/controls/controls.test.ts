/** Deliberate mistakes stay in the lab. */
import { describe, expect, test } from 'vitest'
import * as library from '../../../src/index.js'
import { CONTESTANTS } from '../../../src/lab/contestants.js'
import { CONTROL_NAMES } from '../../../src/lab/controls/control.js'
import { requireLabDatabase } from '../../../src/lab/database/lab-database.js'
import { STRATEGY_NAMES } from '../../../src/strategies/strategy.js'
import { run } from '../../support/command.js'
import { useDatabase } from '../../support/test-database.js'

const held = useDatabase()

test('everything that can be raced is listed under its own name', () => {
  for (const [name, contestant] of Object.entries(CONTESTANTS)) expect(contestant.name).toBe(name)
  expect(Object.keys(CONTESTANTS)).toEqual([...STRATEGY_NAMES, ...CONTROL_NAMES])
})

describe.each(CONTROL_NAMES)('%s', (name) => {
  test('is unsafe, and no part of the library', () => {
    expect(CONTESTANTS[name].safe).toBe(false)
    expect(Object.keys(library.STRATEGIES)).not.toContain(name)
  })

  test('is refused by `serve`', async () => {
    const ended = await run(['serve'], { HOLDFAST_STRATEGY: name, PORT: '0' })
    expect(ended.status).toBe(2)
    expect(ended.stderr).toContain(`HOLDFAST_STRATEGY is "${name}"; allowed: one of`)
  })
})

test('a database that the lab did not make is refused to whatever oversells', async () => {
  await expect(requireLabDatabase(held.db)).rejects.toMatchObject({
    code: 'lab_failed',
    message: expect.stringContaining('holdfast_lab alone'),
  })
})
