/** A test run that says "0 failed" must have been one in which nothing failed. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const VITEST = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url))
const REPORTER = fileURLToPath(new URL('./closing-line.ts', import.meta.url))

/** The output and the exit status of a run of these files. */
async function outputOf(
  files: Record<string, string>,
  env: Record<string, string> = {},
): Promise<[lines: string[], status: number]> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-closing-line-'))
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
    const words = ['run', '--globals', '--root', folder, '--reporter=default']
    return await new Promise((resolve) => {
      const run = [VITEST, ...words, `--reporter=${REPORTER}`]
      execFile(process.execPath, run, { env: { ...process.env, ...env } }, (error, stdout) => {
        resolve([stdout.trimEnd().split('\n'), Number(error?.code ?? 0)])
      })
    })
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function closing(files: Record<string, string>): Promise<[line: string, status: number]> {
  const [lines, status] = await outputOf(files)
  return [lines.at(-1) ?? '', status]
}

test('the closing line counts what passed, and is the last one', async () => {
  const files = { 'a.test.js': `test('1', () => {})\ntest('2', () => {})` }
  expect(await closing(files)).toEqual(['2 passed, 0 failed', 0])
})

test('the closing line counts every way to fail, and never says "0 failed" of such a run', async () => {
  const no = `() => { throw new Error('no') }`
  const files = {
    'test.test.js': `test('1', () => {})\ntest('2', ${no})\ntest.skip('3', ${no})`,
    'hook.test.js': `describe('a', () => { beforeAll(${no}); test('1', () => {}) })`,
    'late-hook.test.js': `afterAll(${no}); test('1', () => {})`,
    'load.test.js': `throw new Error('no')`,
    'nobody.test.js': `test('1', () => { void Promise.reject(new Error('no')) })`,
  }
  expect(await closing(files)).toEqual(['3 passed, 5 failed, 2 skipped', 1])
})

test('a test that passed only when it was run again is named', async () => {
  const torn = `let runs = 0
    test('torn', { retry: 1 }, () => { runs += 1; if (runs === 1) throw new Error('no') })
    test('whole', () => {})`
  const [lines, status] = await outputOf({ 'a.test.js': torn })
  expect(lines.slice(-2)).toEqual([
    'passed only when it was run again: a.test.js: torn',
    '2 passed, 0 failed',
  ])
  expect(status).toBe(0)
})

test('a seed that was drawn is printed at the start, with the way to draw from it again', async () => {
  const files = { 'a.test.js': `test('1', () => {})` }
  const line = 'seed 77; the same again: HOLDFAST_TEST_SEED=77 npx vitest run'
  expect((await outputOf(files, { HOLDFAST_TEST_SEED: '77' }))[0]).toContain(line)
  const [fixed] = await outputOf(files, { HOLDFAST_TEST_SEED: '1' })
  expect(fixed.filter((each) => each.startsWith('seed'))).toEqual([])
})
