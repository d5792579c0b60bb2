/**
 * Where a process spends its time: V8's own profiler over a stretch of work, summed per function
 * and per part of the program. It samples on one thread, the one on which everything happens.
 */
import { Session } from 'node:inspector/promises'
import { setTimeout as pause } from 'node:timers/promises'

/** A function and the share of the time in which it, and nothing it called, was running. */
export interface SelfTime {
  readonly what: string
  readonly share: number
}

export interface Profile {
  /** Shares of the time in which the process was not idle, the largest first. */
  readonly functions: readonly SelfTime[]
  readonly parts: readonly SelfTime[]
  /** The share of the time in which it waited. */
  readonly idle: number
}

const SAMPLE_EVERY_US = 250
const FUNCTIONS_MAX = 40

/** Profiles this process for `ms` from now, whatever it does. */
export async function profiling(ms: number): Promise<Profile> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US })
  await session.post('Profiler.start')
  await pause(ms)
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()

  const timeOf = new Map<number, number>()
  profile.samples?.forEach((node, i) => {
    timeOf.set(node, (timeOf.get(node) ?? 0) + (profile.timeDeltas?.[i] ?? 0))
  })
  const functions = new Map<string, number>()
  const parts = new Map<string, number>()
  let busyUs = 0
  let idleUs = 0
  for (const { id, callFrame } of profile.nodes) {
    const us = timeOf.get(id) ?? 0
    if (isProfiler(callFrame)) continue
    if (callFrame.functionName === '(idle)') idleUs += us
    else {
      busyUs += us
      const { functionName, url, lineNumber } = callFrame
      const name = functionName || '(anonymous)'
      const where = url === '' ? '' : ` ${shortened(url)}:${lineNumber + 1}`
      add(functions, `${name}${where}`, us)
      add(parts, partOf(functionName, url), us)
    }
  }
  return {
    functions: sharesOf(functions, busyUs).slice(0, FUNCTIONS_MAX),
    parts: sharesOf(parts, busyUs),
    idle: idleUs / (idleUs + busyUs),
  }
}

/** Starting and stopping the profiler is no work of the program's. */
function isProfiler({ functionName, url }: { functionName: string; url: string }): boolean {
  return functionName === 'dispatch' && url === ''
}

function add(sums: Map<string, number>, key: string, us: number): void {
  sums.set(key, (sums.get(key) ?? 0) + us)
}

function sharesOf(sums: ReadonlyMap<string, number>, totalUs: number): SelfTime[] {
  return [...sums]
    .map(([what, us]) => ({ what, share: us / totalUs }))
    .sort((a, b) => b.share - a.share)
}

function shortened(url: string): string {
  const [, inPackage] = /.*\/node_modules\/(.*)/.exec(url) ?? []
  return inPackage ?? url.replace(/^.*\/(dist|bench)\//, '$1/')
}

/** The first pattern that a function's file matches says which part of the program it belongs to. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/\/node_modules\/pg/, 'the PostgreSQL driver'],
  [/\/node_modules\//, 'Fastify and its libraries'],
  [/\/dist\/domain\//, 'Holdfast: domain'],
  [/\/dist\/engine\//, 'Holdfast: engine'],
  [/\/dist\/strategies\//, 'Holdfast: strategies'],
  [/\/dist\/storage\//, 'Holdfast: storage'],
  [/\/dist\//, 'Holdfast: HTTP'],
  [/\/bench\//, 'the clients of the bench'],
  [/^node:(net|internal\/stream|internal\/js_stream|stream)/, 'Node: sockets'],
  [/^node:(_http|internal\/http|http)/, 'Node: HTTP'],
  [/^node:/, 'Node: other'],
]

function partOf(functionName: string, url: string): string {
  if (functionName === '(garbage collector)') return 'garbage collection'
  const part = PARTS.find(([pattern]) => pattern.test(url))
  if (part !== undefined) return part[1]
  // Functions without a file are native: mostly reads and writes of sockets.
  return functionName === '(program)' ? 'V8 and the system' : 'native functions (sockets, buffers)'
}
