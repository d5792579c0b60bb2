/** `holdfast serve` as a process of its own, for tests that call it or kill it. */
import { type RunningCommand, run, start } from '../../support/process/command.js'
import { until } from '../../support/until.js'

/** How long processes may take to start on a machine that has other things to do. */
export const START_MS = 90_000

export interface Serving {
  readonly command: RunningCommand
  /** `http://127.0.0.1:…` */
  readonly address: string
}

/**
 * Resolves when it listens, on a free port unless `env` names one.
 *
 * @param flags of `serve`
 */
export async function startServing(
  databaseUrl: string,
  env: NodeJS.ProcessEnv = {},
  flags: readonly string[] = [],
): Promise<Serving> {
  const command = start(['serve', ...flags], { DATABASE_URL: databaseUrl, PORT: '0', ...env })
  const address = await until(
    'the server listens',
    () => {
      if (!command.running) throw new Error(`it ended too soon: ${command.stderr}${command.stdout}`)
      return /Server listening at (http:[^"]+)/.exec(command.stdout)?.[1]
    },
    START_MS,
  )
  return { command, address }
}

/** One with workers; resolves when all of them serve. */
export async function startWorkers(
  databaseUrl: string,
  workers: number,
  env: NodeJS.ProcessEnv = {},
): Promise<Serving> {
  const serving = await startServing(databaseUrl, env, ['--workers', String(workers)])
  await until('every worker serves', () => workersOf(serving).size === workers, START_MS)
  return serving
}

/** The process that serves as each worker, or did so last. */
export function workersOf({ command }: Serving): Map<number, number> {
  const served = logOf(command).filter(({ msg }) => msg === 'a worker serves')
  return new Map(served.map(({ worker, workerPid }) => [Number(worker), Number(workerPid)]))
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

/**
 * Ends it as Ctrl-C does; its exit status. After SIGTERM it would leave the connections that this
 * process keeps open for two seconds more.
 */
export async function stop({ command }: Serving): Promise<number | null> {
  command.kill('SIGINT')
  return (await command.ended).status
}
