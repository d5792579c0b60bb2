/** Deliberate mistakes stay in the lab. */
import { describe, expect, test } from 'vitest'
import { createEngine } from '../../../src/engine/engine.js'
import * as library from '../../../src/index.js'
import { CONTROL_NAMES } from '../../../src/lab/controls/control.js'
import { requireLabDatabase } from '../../../src/lab/database/lab-database.js'
import { CONTESTANTS } from '../../../src/lab/race/contestants.js'
import { STRATEGY_NAMES } from '../../../src/strategies/strategy.js'
import { useDatabase } from '../../support/database/test-database.js'
import { run } from '../../support/process/command.js'

const held = useDatabase()

test('everything that can be raced is listed under its own name', () => {
  for (const [name, contestant] of Object.entries(CONTESTANTS)) expect(contestant.name).toBe(name)
  expect(Object.keys(CONTESTANTS)).toEqual([...CONTROL_NAMES, ...STRATEGY_NAMES])
})

describe.each(CONTROL_NAMES)('%s', (name) => {
  test('is unsafe, and no part of the library', () => {
    expect(CONTESTANTS[name].safe).toBe(false)
    expect(library.STRATEGY_NAMES).not.toContain(name)
  })

  test('is refused by the engine, unless it is named on purpose', () => {
    const strategy = CONTESTANTS[name]
    expect(() => createEngine({ db: held.db, strategy })).toThrow('oversells; only the lab runs it')
    expect(createEngine({ db: held.db, strategy, unsafe: name }).strategy.name).toBe(name)
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
