/**
 * What the tests of the embedded server share: folders that leave nothing behind, users that are
 * processes of their own, and a look at which processes there are.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { openEmbeddedPostgres } from '../../src/embedded/embedded.js'

const execute = promisify(execFile)

/** Generous: a test fails by what it sees, not by the speed of the machine. */
export const SLOW_TEST_MS = 120_000

/** A folder that any account may enter; it is gone after the test, with servers that are left over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-embedded-')))
  await chmod(folder, 0o755)
  onTestFinished(async () => {
    for (const pid of await processesWith(folder)) process.kill(pid, 'SIGKILL')
    await until(async () => (await processesWith(folder)).length === 0)
    const away = await realpath(join(folder, 'postgres')).catch(() => folder)
    await rm(away, { recursive: true, force: true })
    await rm(folder, { recursive: true, force: true })
  })
  return folder
}

/**
 * Call at the top of a test file: the data are made once, and what is returned makes a folder with a
 * copy of them, for tests that are not about a first start. Such a folder is root's to make, or one's own.
 */
export function useData(): () => Promise<string> {
  let home = ''
  beforeAll(async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-embedded-')))
    await chmod(folder, 0o755)
    await (await openEmbeddedPostgres({ folder })).release()
    home = await realpath(join(folder, 'postgres'))
  }, SLOW_TEST_MS)
  afterAll(() => rm(dirname(home), { recursive: true, force: true }))
  return async () => {
    const folder = await temporaryFolder()
    await execute('cp', ['-a', home, join(folder, 'postgres')])
    return folder
  }
}

/** A user in a process of its own, see `user-process.mjs`. */
export interface UserProcess {
  readonly process: ChildProcess
  readonly url: string
  /** Gives its share back and ends; resolves when it has ended. */
  release(): Promise<void>
  /** Ends by SIGKILL. */
  kill(): Promise<void>
}

/** Runs what is built in dist/, which starts in half the time that a loader of TypeScript takes. */
const USER_PROGRAM = fileURLToPath(new URL('./user-process.mjs', import.meta.url))

/** Launches a user without waiting for its server. It ends by itself when told `forget`. */
export function launchUser(folder: string, way: 'stay' | 'forget' = 'stay'): ChildProcess {
  const args = [USER_PROGRAM, folder, way]
  // A group of its own, as a shell gives to each command: Ctrl-C reaches all of it and no more.
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

export async function startUser(folder: string): Promise<UserProcess> {
  const child = launchUser(folder)
  if (!child.stdout || !child.stdin) throw new Error('the user process has no pipes')
  const ended = once(child, 'exit')
  const [url] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    ended.then(() => Promise.reject(new Error('the user process ended before it was ready'))),
  ])
  const { stdin } = child
  return {
    process: child,
    url,
    async release() {
      stdin.end('release\n')
      const [code] = await ended
      if (code !== 0) throw new Error(`the user process ended with ${code}`)
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** The ids of the processes, other than users, that have `word` in their command line. */
export async function processesWith(word: string): Promise<number[]> {
  const lines = process.platform === 'linux' ? await linuxProcesses() : await otherProcesses()
  return lines
    .filter(({ command }) => command.includes(word) && !command.includes(USER_PROGRAM))
    .map(({ pid }) => pid)
}

async function linuxProcesses() {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const read = async (name: string) => ({
    pid: Number(name),
    command: await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => ''),
  })
  return Promise.all(names.map(read))
}

async function otherProcesses() {
  const { stdout } = await execute('ps', ['-axww', '-o', 'pid=,command='])
  return stdout.split('\n').map((line) => ({ pid: Number.parseInt(line, 10), command: line }))
}

/** The ids of the servers over the data in this folder. */
export function serversOf(folder: string): Promise<number[]> {
  return processesWith(join(folder, 'postgres', 'data'))
}

/** Resolves when it has become so; the test's own limit is the only one. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(20)
}

export async function keeperOf(folder: string): Promise<{ pid: number; port: number }> {
  return JSON.parse(await readFile(join(folder, 'postgres', 'keeper.json'), 'utf8'))
}

/** The rows of one statement, by a connection made for it. */
export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  // A server that is stopped on purpose breaks the connection; the statement tells it as well.
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
