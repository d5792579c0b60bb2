/**
 * What people reach for when their database is too slow: a counter in Redis. Made as safe as it
 * can be: every answer is on disk before it is given, and the decrement and the entry are one script.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import os from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startChild } from '../child.js'
import { CLIENT, type LoadOrder, type Requests } from '../load/load-process.js'
import type { LoopResult } from '../load/tally.js'
import { openWire, parseRedis, type Wire } from '../load/wire.js'
import { sampleOf } from '../measure.js'
import type { Sample } from '../results.js'
import { type Cell, type Context, type Entry, PLENTY } from './entry.js'

export const REDIS_SUBJECT = 'Redis, one script'
const CLIENTS = [16, 64, 200]

const TAKE = `
if redis.call('decr', KEYS[1]) < 0 then
  redis.call('incr', KEYS[1])
  return 0
end
redis.call('rpush', KEYS[2], ARGV[1])
return 1`

export const redis: Entry = {
  name: 'redis',
  title: 'Reference: Redis with a script',
  about:
    '`appendonly yes, appendfsync always`; a Lua script decrements a counter and appends the ' +
    'customer to a list. No lines, no keys, no holds, no way to ask what happened.',
  async open(context) {
    const server = await startRedis()
    const cells = CLIENTS.map(
      (clients): Cell => ({
        ...{ entry: redis.name, subject: REDIS_SUBJECT, way: 'Redis', clients },
        measure: async (round) =>
          server === undefined
            ? { skipped: 'redis-server is not installed' }
            : take(context, server.port, clients, round),
      }),
    )
    return { cells, close: async () => server?.stop() }
  },
}

async function take(
  { options }: Context,
  port: number,
  clients: number,
  seed: number,
): Promise<Sample> {
  const wire = await openWire(port, parseRedis)
  await wire.ask(command('FLUSHALL'))
  await wire.ask(command('SET', 'left', String(PLENTY)))
  const script = await wire.ask(command('SCRIPT', 'LOAD', TAKE))
  wire.close()
  const customer = `client-${CLIENT}@example.com`
  const customerBytes = customer.replace(CLIENT, '00000').length
  const requests: Requests = {
    protocol: 'redis',
    heads: [`*6\r\n${words('EVALSHA', script, '2', 'left', 'sold')}`],
    tail: `$${customerBytes}\r\n${customer}\r\n`,
  }
  const load = startChild('./load/load-process.ts')
  const send = <Reply>(order: LoadOrder) => load.ask<Reply>(order)
  try {
    await send({ kind: 'connect', port, clients, requests, seed })
    const { warmUpMs, measureMs: ms } = options
    return sampleOf(await send<LoopResult>({ kind: 'run', warmUpMs, ms, wanted: ['1'] }))
  } finally {
    await load.stop()
  }
}

/** A command in Redis' protocol. */
function command(...texts: readonly string[]): string {
  return `*${texts.length}\r\n${words(...texts)}`
}

function words(...texts: readonly string[]): string {
  return texts.map((text) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`).join('')
}

/** A server on a free port of the loopback, in a folder of its own; undefined without Redis. */
async function startRedis(): Promise<{ port: number; stop(): Promise<void> } | undefined> {
  const port = await freePort()
  const folder = await mkdtemp(join(os.tmpdir(), 'holdfast-bench-redis-'))
  const settings = {
    ...{ port: String(port), bind: '127.0.0.1', dir: folder, save: '' },
    ...{ appendonly: 'yes', appendfsync: 'always' },
  }
  const child = spawn(
    'redis-server',
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    { stdio: 'ignore' },
  )
  const kill = () => child.kill()
  process.once('exit', kill)
  const stop = async () => {
    process.off('exit', kill)
    await ended(child)
    await rm(folder, { recursive: true, force: true })
  }
  const found = await new Promise<boolean>((resolve) => {
    child.once('spawn', () => resolve(true))
    child.once('error', () => resolve(false))
  })
  if (found) await answering(port)
  else await stop()
  return found ? { port, stop } : undefined
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill()
  await exit
}

const START_TRIES = 100
const TRY_EVERY_MS = 50

async function answering(port: number): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const wire: Wire | undefined = await openWire(port, parseRedis).catch(() => undefined)
    if (wire !== undefined) {
      wire.close()
      return
    }
    if (tries === START_TRIES) throw new Error('redis-server does not answer')
    await pause(TRY_EVERY_MS)
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}
