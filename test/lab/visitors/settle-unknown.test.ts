/** What got no answer is asked for again under its key, and under its key alone. */
import { afterEach, expect, test } from 'vitest'
import { issueApiKey } from '../../../src/access/api-keys.js'
import { readDatabaseRecords } from '../../../src/lab/database/database-records.js'
import { createRecorder, nowNs } from '../../../src/lab/history/recorder.js'
import type { RaceServer, RaceServers } from '../../../src/lab/servers/servers.js'
import { openDoors } from '../../../src/lab/visitors/doors.js'
import type { ClientAnswer, ClientRequest, Face } from '../../../src/lab/visitors/face.js'
import { settleUnknown } from '../../../src/lab/visitors/settle-unknown.js'
import { v1Face } from '../../../src/lab/visitors/v1-face.js'
import { useDatabase } from '../../support/database/test-database.js'
import { appOn } from '../../support/http/app-on.js'
import { givenPools } from '../../support/stock/factory.js'

const held = useDatabase()
const closing: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close()
})

/** One server that listens, as a race would have it, and a client's way to it. */
async function givenRace() {
  const { listingId, poolIds } = await givenPools(held.db, 2)
  const app = appOn(held.db)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const server: RaceServer = { port, pid: process.pid, alive: true }
  const servers = { servers: [server], starting: false } as unknown as RaceServers
  const doors = openDoors(servers, 4)
  closing.push(doors, app)
  const issued = await issueApiKey(held.db, { name: 'The clients', scope: 'admin' })
  const face = v1Face(listingId, issued?.key ?? '')
  const [poolId = ''] = poolIds
  const ask = (key: string): ClientRequest => ({
    kind: 'reserve',
    key,
    customer: key,
    lines: [{ poolId, quantity: 1 }],
  })
  const send = async (what: ClientRequest): Promise<ClientAnswer> => {
    const door = await doors.pick(() => 0)
    if (door === undefined) throw new Error('the server listens')
    return face.send(door, what)
  }
  return { listingId, servers, doors, face, ask, send, recorder: createRecorder() }
}

const LOST: ClientAnswer = { outcome: 'unknown', code: 'connection_lost' }

test('a lost answer is found, a lost request is made up for, each once', async () => {
  const race = await givenRace()
  const { recorder, ask, send } = race
  const answered = await send(ask('answer-lost'))
  recorder.record(0, ask('answer-lost'), nowNs(), LOST)
  recorder.record(1, ask('request-lost'), nowNs(), LOST)
  expect(await settleUnknown(race)).toBe(2)
  const settled = recorder.operations.slice(2)
  expect(settled.map((each) => each.outcome)).toEqual(['ok', 'ok'])
  const found = settled.find((each) => each.key === 'answer-lost')
  expect(found?.reservationId, 'a second reservation under one key').toBe(answered.reservationId)
  const { reservations } = await readDatabaseRecords(held.db, race.listingId)
  expect(reservations.map((row) => row.key).sort()).toEqual(['answer-lost', 'request-lost'])
})

test('what was settled during the race is not asked for again; a conflict settles nothing', async () => {
  const race = await givenRace()
  const { recorder, ask } = race
  recorder.record(0, ask('a'), nowNs(), LOST)
  recorder.record(0, ask('a'), nowNs(), { outcome: 'refused', code: 'insufficient_capacity' })
  recorder.record(0, ask('b'), nowNs(), LOST)
  recorder.record(0, ask('b'), nowNs(), { outcome: 'conflict', code: 'contention' })
  expect(recorder.unanswered().map(({ request: { key } }) => key)).toEqual(['b'])
  expect(await settleUnknown(race)).toBe(1)
  expect(recorder.unanswered()).toEqual([])
})

test('without a key nothing is sent twice: it might be done twice', async () => {
  const race = await givenRace()
  race.recorder.record(0, race.ask('a'), nowNs(), LOST)
  const face: Face = { ...race.face, keyed: false }
  expect(await settleUnknown({ ...race, face })).toBe(0)
  expect((await readDatabaseRecords(held.db, race.listingId)).reservations).toEqual([])
})
