/**
 * Runs `holdfast` as a person does: the built program, a process of its own, a group of processes of
 * its own, so that a test can press Ctrl-C and look for what is left behind.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { inject, onTestFinished } from 'vitest'
import { until } from '../until.js'

const PROGRAM = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))

export interface Ended {
  /** Null when a signal ended it. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunningCommand {
  readonly pid: number
  readonly running: boolean
  readonly stdout: string
  readonly stderr: string
  readonly ended: Promise<Ended>
  /** To this process alone, as `kill` does. */
  kill(signal: NodeJS.Signals): void
  /** To it and all its children, as Ctrl-C does. */
  killGroup(signal: NodeJS.Signals): void
}

/** A test that failed half-way must not leave servers behind for the next one. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  signalGroup(child, 'SIGKILL')
  await gone
}

/** Starts `holdfast` with these words, for the test that is under way. Its database is the tests' server unless `env` says otherwise. */
export function start(words: readonly string[], env: NodeJS.ProcessEnv = {}): RunningCommand {
  const { PATH, HOME, HOLDFAST_ALLOW_UNSAFE_DURABILITY } = process.env
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A run may name a server that is quick instead of durable.
    env: {
      PATH,
      HOME,
      HOLDFAST_ALLOW_UNSAFE_DURABILITY,
      DATABASE_URL: inject('serverUrl'),
      ...env,
    },
  })
  onTestFinished(() => end(child))
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text
  })
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (status) => resolve({ status, ...output }))
  })
  return {
    pid: child.pid ?? 0,
    get running() {
      return child.exitCode === null && child.signalCode === null
    },
    get stdout() {
      return output.stdout
    },
    get stderr() {
      return output.stderr
    },
    ended,
    kill: (signal) => child.kill(signal),
    killGroup: (signal) => signalGroup(child, signal),
  }
}

/** Runs `holdfast` with these words to its end. */
export function run(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return start(words, env).ended
}

/** The processes that this one has started and that still run. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid)
}

/** Resolves when none of these processes is left. */
export async function gone(pids: readonly number[]): Promise<void> {
  await until(`the processes ${pids.join(', ')} are gone`, () =>
    pids.every((pid) => parentOf(pid) === undefined),
  )
}

/** Undefined when there is no such process, or only what is left of one until its parent looks. */
function parentOf(pid: number): number | undefined {
  if (!Number.isInteger(pid)) return undefined
  try {
    // "pid (name) state parent …": the name may hold anything, brackets and spaces as well.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? undefined : Number(parent)
  } catch {
    return undefined
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined) process.kill(-child.pid, signal)
}
