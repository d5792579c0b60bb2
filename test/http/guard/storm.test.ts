/** An endless storm on something that is sold out must not fill the memory: nobody buys, all ask. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { useDatabase } from '../../support/database/test-database.js'

const held = useDatabase()
const PROGRAM = fileURLToPath(new URL('../../support/http/sold-out-storm.ts', import.meta.url))
const STORM_TIMEOUT_MS = 280_000
/** A server that kept a hundred bytes of each request would have grown by more. */
const BYTES_PER_REQUEST_MAX = 100

async function growthOf(requests: number, ...more: string[]): Promise<number> {
  const child = fork(PROGRAM, [held.url, String(requests), ...more], {
    execArgv: ['--import', 'tsx', '--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the storm ended with ${code}`)
  })
  const told = (await Promise.race([once(child, 'message'), ended]))[0] as {
    beforeBytes: number
    afterBytes: number
  }
  ended.catch(() => {})
  return (told.afterBytes - told.beforeBytes) / requests
}

test(
  'twenty thousand sold-out answers leave nothing in memory',
  async () => {
    expect(await growthOf(20_000)).toBeLessThan(BYTES_PER_REQUEST_MAX)
  },
  STORM_TIMEOUT_MS,
)

test(
  'a server that keeps what it was asked is caught',
  async () => {
    expect(await growthOf(5_000, 'leaks')).toBeGreaterThan(BYTES_PER_REQUEST_MAX)
  },
  STORM_TIMEOUT_MS,
)
