/** docs/guide.md does what it says, typed as it is printed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { withEmptyDatabase } from '../support/empty-database.js'
import { until } from '../support/until.js'
import { blocksOf, compare, MARK, scriptOf, stepsOf } from './guide-blocks.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const GUIDE = await readFile(join(ROOT, 'docs/guide.md'), 'utf8')
const blocks = blocksOf(GUIDE)
const steps = stepsOf(blocks)
const shells: Shell[] = []
const folders: string[] = []

afterEach(async () => {
  for (const shell of shells.splice(0)) await shell.end()
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

/** A terminal: bash with what it is told, and all that it starts in a group of its own. */
class Shell {
  readonly #child: ChildProcess
  readonly ended: Promise<number | null>
  stdout = ''
  stderr = ''

  constructor(script: string, cwd: string, env: NodeJS.ProcessEnv) {
    const { PATH, HOME } = process.env
    this.#child = spawn('bash', ['-c', script], {
      cwd,
      detached: true,
      env: { PATH, HOME, ...env },
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text) => {
      this.stdout += text
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text) => {
      this.stderr += text
    })
    this.ended = new Promise((resolve) => this.#child.once('close', resolve))
    shells.push(this)
  }

  async end(): Promise<void> {
    const { pid, exitCode, signalCode } = this.#child
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGTERM')
    await this.ended
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** A folder inside of the clone, where `npx` and `import` find what is built. */
async function workFolder(): Promise<string> {
  const parent = join(ROOT, '.holdfast')
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(join(parent, 'guide-'))
  folders.push(folder)
  return folder
}

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
    await withEmptyDatabase(async (DATABASE_URL) => {
      const env = { DATABASE_URL, PORT: String(await freePort()) }
      const folder = await workFolder()
      const server = new Shell(blocks[0]?.text ?? '', folder, env)
      await until('the service is ready', async () => {
        const ready = await fetch(`http://localhost:${env.PORT}/readyz`).catch(() => undefined)
        return ready?.status === 200
      })
      const person = new Shell(scriptOf(steps), folder, env)
      const status = await person.ended
      const printed = person.stdout.split(`${MARK}\n`)
      expect(status, `${person.stderr}\nafter:\n${person.stdout.slice(-2_000)}`).toBe(0)
      for (const [i, { block, expected }] of steps.entries()) {
        const answer = printed[i] ?? ''
        const where = `docs/guide.md, line ${block.line}: ${answer}`
        if (expected?.language === 'text')
          expect(answer.replaceAll('\r', ''), where).toBe(expected.text)
        else if (expected !== undefined) {
          const actual: unknown = JSON.parse(answer)
          expect(() => compare(actual, JSON.parse(expected.text)), where).not.toThrow()
        }
      }
      expect(person.stdout).toContain('event: snapshot')
      expect(server.stdout).toContain('run `holdfast keys create`')
      await server.end()
    })
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
