/** docs/nights.md does what it says, typed as it is printed; its limits are those of the program. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { NIGHTS_MAX, POOLS_MAX, STAY_NIGHTS_MAX } from '../../src/domain/time/stay.js'
import { BLOCKS_MAX } from '../../src/engine/sale/blocks.js'
import { blocksOf, stepsOf } from './guide-blocks.js'
import { ROOT, typePage } from './typing.js'

const PAGE = 'docs/nights.md'
const text = await readFile(join(ROOT, PAGE), 'utf8')
const blocks = blocksOf(text)

test('a hotel is put on sale, booked and blocked as printed', { timeout: 180_000 }, async () => {
  expect(stepsOf(blocks).filter(({ expected }) => expected !== undefined).length).toBeGreaterThan(6)
  await typePage(PAGE, blocks)
})

test('the limits of the page are those of the program', () => {
  const told = [...(text.split('## Limits')[1]?.matchAll(/\| ([\d,]+) \|/g) ?? [])]
  const limits = told.map(([, limit = '']) => Number(limit.replaceAll(',', '')))
  expect(limits).toEqual([STAY_NIGHTS_MAX, POOLS_MAX, NIGHTS_MAX, BLOCKS_MAX])
})
