/** The network between servers and database: what it carries, and how it fails. */
import { spawnSync } from 'node:child_process'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { type Network, openNetwork } from '../../../src/lab/chaos/network.js'
import { useDatabase } from '../../support/database/test-database.js'
import { until } from '../../support/until.js'

/** Built: a program of its own cannot run the sources. */
const NETWORK = new URL('../../../dist/lab/chaos/network.js', import.meta.url).href

const held = useDatabase()
let network: Network
let client: pg.Client
let ended: string | undefined

beforeEach(async () => {
  network = await openNetwork(held.url)
  const config = { connectionString: network.url, pipeline: true }
  client = new pg.Client(config)
  ended = undefined
  client.on('error', (error) => {
    ended ??= (error as NodeJS.ErrnoException).code ?? error.message
  })
  await client.connect()
})

afterEach(async () => {
  await network.close()
})

/** A text in which a lost, doubled or displaced piece shows, there and back. */
async function echoed(numbers: number) {
  const text = Array.from({ length: numbers }, (_, i) => i).join(' ')
  const { rows } = await client.query('select $1::text as text', [text])
  return rows[0].text === text
}

async function elapsedMs(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return performance.now() - startedMs
}

describe('what it carries', () => {
  test('arrives as it was sent, a megabyte each way', async () => {
    expect(await echoed(150_000)).toBe(true)
  })

  test('arrives as it was sent although the weather changes underway', async () => {
    network.weather({ latencyMs: 30 })
    const first = echoed(60_000)
    network.weather({ bytesPerSecond: 2_000_000 })
    const second = echoed(60_000)
    network.weather({})
    expect(await Promise.all([first, second, echoed(10)])).toEqual([true, true, true])
  })

  test('takes its time there and back', async () => {
    network.weather({ latencyMs: 40 })
    expect(await elapsedMs(() => client.query('select 1'))).toBeGreaterThanOrEqual(80)
    network.weather({})
    await client.query('select 1')
  })

  test('takes longer the more it is when the network is narrow', async () => {
    network.weather({ bytesPerSecond: 200_000 })
    // At least 48,889 bytes each way.
    expect(await elapsedMs(() => echoed(10_000))).toBeGreaterThanOrEqual(480)
  })
})

describe('a connection', () => {
  test('that is reset is gone at both ends at once', async () => {
    const { rows } = await client.query('select pg_backend_pid() as pid')
    network.links[0]?.cut('reset')
    await until('the server knows', () => ended)
    expect(ended).toBe('ECONNRESET')
    await until('the backend is gone', () => isGone(rows[0].pid))
    expect(network.links).toEqual([])
  })

  test('that is half closed is gone for the server, while what it asked for goes on', async () => {
    const { rows } = await client.query('select pg_backend_pid() as pid')
    await held.db.query('select pg_advisory_lock(7)')
    const answer = client.query('select pg_advisory_lock(7)').catch((error: Error) => error.message)
    await until('it waits', async () => {
      const blocked = await held.db.query('select from pg_locks where pid = $1 and not granted', [
        rows[0].pid,
      ])
      return blocked.length === 1
    })
    network.links[0]?.cut('half-close')
    expect(await answer).toBe('Connection terminated unexpectedly')
    expect(await isGone(rows[0].pid)).toBe(false)
    await held.db.query('select pg_advisory_unlock_all()')
    await until('the backend is gone', () => isGone(rows[0].pid))
  })

  async function isGone(pid: number): Promise<boolean> {
    const rows = await held.db.query('select from pg_stat_activity where pid = $1', [pid])
    return rows.length === 0
  }
})

test('a network that is closed lets nobody through any more', async () => {
  await network.close()
  const late = new pg.Client({ connectionString: network.url })
  await expect(late.connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

test('a process whose connection was half closed and then reset can end', async () => {
  const program = `
    import { connect } from 'node:net'
    import { openNetwork } from ${JSON.stringify(NETWORK)}
    const network = await openNetwork(process.argv[1])
    const socket = connect({ port: Number(new URL(network.url).port), allowHalfOpen: true })
    socket.on('error', () => {})
    await new Promise((resolve) => socket.once('connect', resolve))
    while (network.links.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    const [link] = network.links
    link.cut('half-close')
    link.cut('reset')
    await network.close()
    socket.destroy()`
  const words = ['--input-type=module', '-e', program, inject('serverUrl')]
  const ended = spawnSync(process.execPath, words, { timeout: 20_000, encoding: 'utf8' })
  expect([ended.status, ended.signal], ended.stderr).toEqual([0, null])
})
