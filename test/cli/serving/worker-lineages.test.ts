/** Workers know from each other, through their primary, which timelines of the database were met. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import type {
  FromWorker,
  ToWorker,
  WorkerOrders,
} from '../../../src/cli/serving/worker-messages.js'
import { useDatabase } from '../../support/database/test-database.js'
import { until } from '../../support/until.js'

const WORKER = fileURLToPath(
  new URL('../../../dist/cli/serving/worker-process.js', import.meta.url),
)
const held = useDatabase()

test('a worker tells which timeline it met, and leaves a server that others saw left behind', async () => {
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, LOG_LEVEL: 'silent', HOLDFAST_ALLOW_UNSAFE_DURABILITY: 'on' }
  const child = fork(WORKER, [], { env })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const messages: FromWorker[] = []
  child.on('message', (message: FromWorker) => messages.push(message))
  const first = <Kind extends FromWorker['kind']>(kind: Kind) =>
    until(`the worker sends ${kind}`, () =>
      messages.find((each): each is Extract<FromWorker, { kind: Kind }> => each.kind === kind),
    )
  const send = (message: ToWorker) => child.send(message)
  await first('ready')
  const orders: WorkerOrders = {
    kind: 'serve',
    worker: 1,
    databaseUrl: held.url,
    connections: 2,
    port: 0,
    eventoListingIds: [],
    storefrontKey: undefined,
    mailbox: undefined,
    maintains: true,
    lineages: [],
  }
  send(orders)
  const { address } = await first('listening')
  const { lineage } = await first('lineage')
  expect(lineage.timeline).toBeGreaterThanOrEqual(1)
  const readiness = async () => {
    const response = await fetch(`${address}/readyz`)
    return [response.status, await response.json()]
  }
  expect(await readiness()).toMatchObject([200, { status: 'ok' }])
  send({ kind: 'lineage', lineage: { ...lineage, timeline: lineage.timeline + 1 } })
  await until('it leaves the old primary', async () => (await readiness())[0] === 503)
  expect(await readiness()).toEqual([503, { status: 'unavailable', database: 'an old primary' }])
})
