/** `holdfast serve` as a process of its own, for tests that call it or kill it. */
import { type RunningCommand, run, start } from '../support/command.js'
import { until } from '../support/until.js'

export interface Serving {
  readonly command: RunningCommand
  /** `http://127.0.0.1:…` */
  readonly address: string
}

/** Resolves when it listens, on a free port unless `env` names one. */
export async function startServing(
  databaseUrl: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Serving> {
  const command = start(['serve'], { DATABASE_URL: databaseUrl, PORT: '0', ...env })
  const address = await until('the server listens', () => {
    if (!command.running) throw new Error(`it ended too soon: ${command.stderr}${command.stdout}`)
    return /Server listening at (http:[^"]+)/.exec(command.stdout)?.[1]
  })
  return { command, address }
}

/** What the server has logged so far. */
export function logOf({ stdout }: { readonly stdout: string }): Record<string, unknown>[] {
  const complete = stdout.slice(0, stdout.lastIndexOf('\n') + 1)
  return complete.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
}

/** The output of a command that has to go well. */
export async function outputOf(databaseUrl: string, ...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await run(words, { DATABASE_URL: databaseUrl })
  if (status !== 0) throw new Error(`holdfast ${words.join(' ')}: ${stderr}`)
  return stdout.trim()
}

/** Ends it as an operator does; its exit status. */
export async function stop({ command }: Serving): Promise<number | null> {
  command.kill('SIGTERM')
  return (await command.ended).status
}
