/** docs/guide.md does what it says, typed as it is printed. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { blocksOf, compare, stepsOf } from './guide-blocks.js'
import { ROOT, typePage } from './typing.js'

const GUIDE = await readFile(join(ROOT, 'docs/guide.md'), 'utf8')
const blocks = blocksOf(GUIDE)
const steps = stepsOf(blocks)

describe('the guide', () => {
  test('has commands and answers to check, and nothing that is not checked', () => {
    expect(steps.length).toBeGreaterThan(10)
    expect(steps.filter(({ expected }) => expected !== undefined).length).toBeGreaterThan(6)
    const languages = new Set(blocks.map(({ language }) => language))
    expect([...languages].sort()).toEqual(['json', 'sh', 'sh server', 'text'])
    const answers = blocks.filter(({ language }) => language === 'json' || language === 'text')
    expect(steps.flatMap(({ expected }) => expected ?? [])).toEqual(answers)
    expect(blocks.filter(({ language }) => language === 'sh server')).toHaveLength(1)
    expect(blocks[0]?.language).toBe('sh server')
  })

  test('leads to a confirmed booking, as printed', { timeout: 180_000 }, async () => {
    const { printed, logged } = await typePage('docs/guide.md', blocks)
    expect(printed).toContain('event: snapshot')
    expect(logged).toContain('run `holdfast keys create`')
  })
})

describe('the comparison', () => {
  test.each([
    [{ a: '1' }, { a: '…' }, true],
    [{ a: 1 }, { a: '…' }, false],
    [{ a: 1, b: 2 }, { a: 1 }, false],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [[1, 2], [1], false],
    [{ a: { b: [null] } }, { a: { b: [null] } }, true],
    [{ a: null }, { a: {} }, false],
    [{ a: [] }, { a: {} }, false],
  ])('of %j with %j says %s', (actual, expected, same) => {
    const look = () => compare(actual, expected)
    if (same) expect(look).not.toThrow()
    else expect(look).toThrow()
  })
})
