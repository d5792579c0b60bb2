/** The product's own command, as npm ships it: the compiled program, a process of its own. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { leaveProcess } from './leavings.js'

export const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

const run = promisify(execFile)
const COMMAND_MAX_MS = 120_000

/** Nothing of the caller's own configuration reaches it. */
export function environmentFor(databaseUrl: string): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env
  return { PATH, HOME, DATABASE_URL: databaseUrl }
}

/**
 * Runs `holdfast` to its end and gives back what it wrote to stdout.
 *
 * @throws Error with what it wrote when it ends with another status than 0
 */
export async function holdfast(words: readonly string[], databaseUrl: string): Promise<string> {
  const running = run(process.execPath, [PROGRAM, ...words], {
    env: environmentFor(databaseUrl),
    timeout: COMMAND_MAX_MS,
  })
  const forget = leaveProcess(running.child.pid ?? 0)
  return running.then(({ stdout }) => stdout).finally(forget)
}
