/** `holdfast serve`, as `npm start` runs it: a real process, a real port, a database of its own. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { withClient, withEmptyDatabase } from '../../support/database/empty-database.js'
import { later } from '../../support/later.js'
import { type RunningCommand, run, start } from '../../support/process/command.js'
import { AVAILABLE, HOTELS, reserveUrl } from '../../support/stock/evento.js'
import { until } from '../../support/until.js'

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

interface Served {
  readonly command: RunningCommand
  readonly address: string
  readonly databaseUrl: string
}

/** Serves the demo event from an empty database, for as long as `work` takes. */
async function serving(work: (served: Served) => Promise<void>): Promise<void> {
  await withEmptyDatabase(async (databaseUrl) => {
    const served = await serve(databaseUrl)
    await work(served)
    served.command.kill('SIGINT')
    await served.command.ended
  })
}

async function serve(databaseUrl: string): Promise<Served> {
  const port = await freePort()
  const command = start(['serve', '--demo'], { DATABASE_URL: databaseUrl, PORT: String(port) })
  await until('the demo is served', () => {
    if (!command.running) throw new Error(`it ended too soon: ${command.stderr}`)
    return command.stderr.includes('/reservations')
  })
  return { command, address: `http://127.0.0.1:${port}`, databaseUrl }
}

/** What the server says to bytes that no HTTP client would send. */
function sayRaw(address: string, bytes: string): Promise<string> {
  const { port, hostname } = new URL(address)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    let answer = ''
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text
    })
    // What the server did not care to read any more ends the connection with a reset.
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
    socket.end(bytes)
  })
}

const HOTEL_BY_THE_NIGHT = '01a1fff0-0000-7000-8000-00000000a001'

describe('the demo', () => {
  test('is on sale on an empty database, and the lines it prints can be typed', async () => {
    await serving(async ({ command, address }) => {
      const lines = command.stderr.split('\n').filter((line) => line.trim().startsWith('curl '))
      expect(lines.length).toBeGreaterThan(3)
      const [look, reserve] = lines.map((line) => /http:[^']*/.exec(line)?.[0].trim() ?? '')
      expect(look).toBe(`${address}${AVAILABLE}`)
      const response = await fetch(look ?? '')
      expect([response.status, await response.json()]).toEqual([
        200,
        HOTELS.map((hotel_id) => ({ hotel_id, available: 200 })),
      ])
      expect(lines[1]).toContain('curl -X POST ')
      const reserved = await fetch(reserve ?? '', { method: 'POST' })
      expect([reserved.status, await reserved.text()]).toEqual([200, 'reservation successful'])
      const left = await (await fetch(look ?? '')).json()
      expect(left).toContainEqual({ hotel_id: HOTELS[0], available: 198 })
    })
  })

  test('has a hotel by the night, booked by typing what is printed, or what the README says', async () => {
    const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8')
    const block = /```sh\n([^`]*check_in[^`]*)```/.exec(readme)?.[1] ?? ''
    await serving(async ({ command, address }) => {
      const [key = '', ...keyed] = command.stderr.split('\n').filter((line) => /KEY/.test(line))
      const others = keyed.filter((line) => line.includes(HOTEL_BY_THE_NIGHT))
      expect(others).toHaveLength(2)
      const typed = async (lines: string) => {
        const quietly = lines.replace(/^ *curl /m, 'curl -s ')
        const script = `${key.trim()}\n${quietly.replace('localhost:3000', address)}`
        return JSON.parse((await promisify(execFile)('bash', ['-c', script])).stdout)
      }
      const [look, book] = [await typed(others[0] ?? ''), await typed(others[1] ?? '')]
      expect(look.nights).toHaveLength(7)
      const nights = look.nights.slice(0, 3).map(({ night }: { night: string }) => night)
      expect(book).toMatchObject({ state: 'confirmed', customer: 'ada@example.com' })
      expect(book.lines.map(({ night }: { night: string }) => night)).toEqual(nights)
      const again = await typed(block)
      expect([again.state, again.lines.length]).toEqual(['confirmed', 3])
      expect((await typed(others[0] ?? '')).nights[0].taken).toBe(2)
    })
  })

  test('started again has the same key, and what was booked is booked', async () => {
    await withEmptyDatabase(async (databaseUrl) => {
      const keys: string[] = []
      for (const taken of [0, 1]) {
        const { command, address } = await serve(databaseUrl)
        const key = /KEY=(\S+)/.exec(command.stderr)?.[1] ?? ''
        keys.push(key)
        const headers = { authorization: `Bearer ${key}` }
        const { items } = (await (await fetch(`${address}/v1/listings`, { headers })).json()) as {
          items: { id: string; name: string }[]
        }
        const hotel = items.find(({ name }) => name === 'Grand Hotel')
        const lines = command.stderr.split('\n').filter((line) => line.includes('/nights?'))
        const url = /http:[^']*/.exec(lines[0] ?? '')?.[0] ?? ''
        const { nights } = (await (await fetch(url, { headers })).json()) as {
          nights: { taken: number; pool_id: string }[]
        }
        expect(nights[0]?.taken).toBe(taken)
        await fetch(`${address}/v1/listings/${hotel?.id}/reservations`, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': 'once' },
          body: JSON.stringify({
            customer: 'ada',
            lines: [{ pool_id: nights[0]?.pool_id, quantity: 1 }],
          }),
        })
        command.kill('SIGINT')
        await command.ended
      }
      expect(keys[0]).toBe(keys[1])
    })
  })

  test('is logged as JSON, a line for each event, and not a word else on stdout', async () => {
    await serving(async ({ command, address }) => {
      await fetch(`${address}${AVAILABLE}`)
      command.kill('SIGINT')
      const { stdout } = await command.ended
      const entries = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(entries.length).toBeGreaterThan(0)
      for (const entry of entries)
        expect(entry).toMatchObject({ level: expect.any(Number), msg: expect.any(String) })
      expect(entries.map((entry) => entry.msg)).toContain('draining')
    })
  })

  test('does not offer a mode that sells rooms twice', async () => {
    await serving(async ({ address }) => {
      for (const mode of ['naive', 'atomic']) {
        const url = `${address}${reserveUrl('rooms=1', HOTELS[0], mode)}`
        expect([mode, (await fetch(url, { method: 'POST' })).status]).toEqual([mode, 404])
      }
    })
  })

  test('survives bytes that are no HTTP, and heads without end', async () => {
    await serving(async ({ address }) => {
      expect(await sayRaw(address, 'HELLO\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
      const endless = `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`
      expect(await sayRaw(address, endless)).toMatch(/^HTTP\/1\.1 431 /)
      const longUrl = `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`
      expect(await sayRaw(address, longUrl)).toMatch(/^HTTP\/1\.1 (414|431) /)
      expect((await fetch(`${address}${AVAILABLE}`)).status).toBe(200)
    })
  })

  test('still has what was sold when it is started again', async () => {
    await serving(async ({ command, address, databaseUrl }) => {
      await fetch(`${address}${reserveUrl('rooms=200', HOTELS[1])}`, { method: 'POST' })
      command.kill('SIGINT')
      await command.ended
      const again = await serve(databaseUrl)
      const left = await (await fetch(`${again.address}${AVAILABLE}`)).json()
      expect(left).toEqual([
        { hotel_id: HOTELS[0], available: 200 },
        { hotel_id: HOTELS[2], available: 200 },
      ])
      again.command.kill('SIGINT')
      await again.command.ended
    })
  })
})

describe('SIGTERM', () => {
  test('lets the customer under way have an answer, takes no new one, and ends with status 0', async () => {
    await serving(async ({ command, address, databaseUrl }) => {
      await withClient(databaseUrl, async (holder) => {
        await holder.query('begin')
        await holder.query('lock table pools in exclusive mode')
        const answer = later(fetch(`${address}${reserveUrl('rooms=2')}`, { method: 'POST' }))
        await until('the customer waits for the lock', async () => {
          const { rows } = await holder.query(
            `select from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock'`,
          )
          return rows.length > 0
        })
        command.kill('SIGTERM')
        await until('new customers are turned away', () =>
          fetch(`${address}/healthz`, { headers: { connection: 'close' } }).then(
            (response) => response.status === 503,
            () => true,
          ),
        )
        expect(command.running).toBe(true)
        await holder.query('commit')
        const response = await answer
        expect([response.status, await response.text()]).toEqual([200, 'reservation successful'])
        expect((await command.ended).status).toBe(0)
      })
    })
  })
})

describe('a mistake', () => {
  test('a port that is in use is told in one sentence: exit status 2', async () => {
    await serving(async ({ address, databaseUrl }) => {
      const { port } = new URL(address)
      const ended = await run(['serve', '--demo'], { DATABASE_URL: databaseUrl, PORT: port })
      expect(ended.stderr).toBe(
        `holdfast: port ${port} is in use: stop what listens there, or set PORT to another one\n`,
      )
      expect(ended.status).toBe(2)
    })
  })

  test.each([
    [{ PORT: '70000' }, 'holdfast: PORT is "70000"; allowed: a whole number from 0 to 65535\n'],
    [{ LOG_LEVEL: 'loud' }, /^holdfast: LOG_LEVEL is "loud"; allowed: one of fatal, .*\n$/],
    [
      { DATABASE_URL: 'postgres://holdfast@127.0.0.1:1/x' },
      'holdfast: cannot reach the database: connect ECONNREFUSED 127.0.0.1:1\n',
    ],
    [{ HOST: 'holdfast.invalid' }, /^holdfast: cannot listen on holdfast\.invalid.*\n$/],
    [{ HOST: '203.0.113.1' }, /^holdfast: cannot listen on 203\.0\.113\.1.*\n$/],
  ])('in the environment is told in one sentence: %j', async (env, sentence) => {
    await withEmptyDatabase(async (databaseUrl) => {
      const { status, stderr, stdout } = await run(['serve'], { DATABASE_URL: databaseUrl, ...env })
      expect(stderr).toMatch(sentence)
      expect(status).toBe(2)
      expect(stdout).not.toContain('Server listening')
    })
  })
})
