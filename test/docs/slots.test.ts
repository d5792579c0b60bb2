/** docs/slots.md does what it says, typed as it is printed; its limits are those of the program. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LINES_MAX } from '../../src/domain/reservation/demand.js'
import { RANGE_MINUTES_MAX, SLOT_MINUTES_MAX } from '../../src/domain/time/schedule.js'
import { SUGGESTIONS_MAX } from '../../src/engine/lines/slot-refusals.js'
import { CALENDAR_DAYS_MAX } from '../../src/engine/sale/dates.js'
import { GENERATED_DAYS_MAX, GENERATED_SLOTS_MAX } from '../../src/engine/sale/slots.js'
import { CALENDAR_SLOTS_MAX } from '../../src/storage/reads/calendar.js'
import { blocksOf, stepsOf } from './guide-blocks.js'
import { ROOT, typePage } from './typing.js'

const PAGE = 'docs/slots.md'
const text = await readFile(join(ROOT, PAGE), 'utf8')
const blocks = blocksOf(text)

test('a turf, a class and a court are put on sale and booked as printed', {
  timeout: 180_000,
}, async () => {
  expect(stepsOf(blocks).filter(({ expected }) => expected !== undefined).length).toBeGreaterThan(7)
  await typePage(PAGE, blocks)
})

test('the limits of the page are those of the program', () => {
  const told = [...(text.split('## Limits')[1]?.matchAll(/\| ([\d,]+) \|/g) ?? [])]
  const limits = told.map(([, limit = '']) => Number(limit.replaceAll(',', '')))
  expect(limits).toEqual([
    GENERATED_DAYS_MAX,
    GENERATED_SLOTS_MAX,
    CALENDAR_DAYS_MAX,
    CALENDAR_SLOTS_MAX,
    SLOT_MINUTES_MAX,
    RANGE_MINUTES_MAX,
    LINES_MAX,
    SUGGESTIONS_MAX,
  ])
})
