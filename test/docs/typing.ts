/** Types a page of the documentation as it is printed, on a server and a database of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { withEmptyDatabase } from '../support/database/empty-database.js'
import { until } from '../support/until.js'
import { type Block, compare, MARK, scriptOf, stepsOf } from './guide-blocks.js'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

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
  return mkdtemp(join(parent, 'guide-'))
}

/**
 * Starts what the page's first block starts, types the others in one shell, and fails unless all of
 * it comes out as the page says.
 *
 * @param page its path, for the messages
 * @returns what was printed by the shell and by the server
 */
export async function typePage(
  page: string,
  blocks: readonly Block[],
): Promise<{ readonly printed: string; readonly logged: string }> {
  const folder = await workFolder()
  const shells: Shell[] = []
  const steps = stepsOf(blocks)
  let told = { printed: '', logged: '' }
  try {
    await withEmptyDatabase(async (DATABASE_URL) => {
      const env = { DATABASE_URL, PORT: String(await freePort()) }
      const server = new Shell(blocks[0]?.text ?? '', folder, env)
      shells.push(server)
      await until('the service is ready', async () => {
        const ready = await fetch(`http://localhost:${env.PORT}/readyz`).catch(() => undefined)
        return ready?.status === 200
      })
      const person = new Shell(scriptOf(steps), folder, env)
      shells.push(person)
      const status = await person.ended
      const printed = person.stdout.split(`${MARK}\n`)
      expect(status, `${person.stderr}\nafter:\n${person.stdout.slice(-2_000)}`).toBe(0)
      for (const [i, step] of steps.entries()) checkStep(page, step, printed[i] ?? '')
      told = { printed: person.stdout, logged: server.stdout }
      await server.end()
    })
  } finally {
    for (const shell of shells) await shell.end()
    await rm(folder, { recursive: true, force: true })
  }
  return told
}

function checkStep(
  page: string,
  { block, expected }: ReturnType<typeof stepsOf>[number],
  answer: string,
): void {
  const where = `${page}, line ${block.line}: ${answer}`
  if (expected?.language === 'text') {
    expect(answer.replaceAll('\r', ''), where).toBe(expected.text)
  } else if (expected !== undefined) {
    const actual: unknown = JSON.parse(answer)
    expect(() => compare(actual, JSON.parse(expected.text)), where).not.toThrow()
  }
}
