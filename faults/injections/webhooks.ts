/** F14 and W4: receivers of webhooks that fail, servers that are killed while they tell, a row that cannot be told. */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { between, oneOf } from '../../src/lab/chaos/harm.js'
import type { Blows, Fault, Ground, Scene, Trial } from '../fault.js'
import { type Manner, openReceiver, type Receiver } from '../ground/receiver.js'
import { openStand, type Stand } from '../ground/stand.js'
import { type Field, runTrial } from '../ground/trial.js'
import { send } from '../load/call.js'
import { withSession } from '../load/recount.js'

const BAD: readonly Manner[] = ['fails', 'hangs', 'slow', 'breaks off']

export const badReceivers: Fault = {
  id: 'F14',
  injects:
    'a receiver of webhooks that fails, hangs, is slow or breaks off, beside a good one; a server that tells is killed',
  repetitions: { quick: 1, whole: 40 },
  open: (ground) =>
    openTelling(ground, 'F14', async (stand, bad, { random }) => {
      bad.manner = oneOf(random, BAD) ?? 'fails'
      await pause(between(random, 300, 1_200))
      const victim = oneOf(random, stand.fleet.chosen())
      victim?.signal('SIGKILL')
      await victim?.ended
      await stand.fleet.start()
      return { kills: 1 }
    }),
}

const INSERT_POISON = `
  insert into holdfast.events (listing_id, event_id, kind, subject_id, version, snapshot)
  values ($1, $2, 'reservation.confirmed', $3, 1, '{"state": 7, "lines": "none"}')`

export const poisonRow: Fault = {
  id: 'W4',
  injects: 'a row of the outbox that nobody can tell',
  repetitions: { quick: 1, whole: 20 },
  open: (ground) =>
    openTelling(ground, 'W4', async (stand, _bad, { sale }) => {
      await withSession(stand.postgres.url, (client) =>
        client.query(INSERT_POISON, [sale.listingId, randomUUID(), randomUUID()]),
      )
      await pause(300)
      return {}
    }),
}

async function openTelling(
  ground: Ground,
  id: string,
  harm: (stand: Stand, bad: Receiver, field: Field) => Promise<Blows>,
): Promise<Scene> {
  const env = { HOLDFAST_WEBHOOKS_TO_LOOPBACK: 'on' }
  const stand = await openStand(ground, { id, env })
  const [good, bad] = await Promise.all([openReceiver('good'), openReceiver('fails')])
  for (const { url } of [good, bad]) await register(stand, url)
  return {
    async run(seed) {
      let field: Field | undefined
      const trial = await runTrial(stand, {
        seed,
        harm(given) {
          field = given
          return harm(stand, bad, given)
        },
      })
      bad.manner = 'good'
      return field === undefined ? trial : withTold(trial, stand, good, field)
    },
    async end() {
      const wrong = await stand.end()
      await Promise.all([good.close(), bad.close()])
      return wrong
    },
  }
}

async function register({ fleet, apiKey }: Stand, url: string): Promise<void> {
  const port = fleet.chosen()[0]?.port ?? 0
  const body = { url, description: 'faults' }
  const { status, text } = await send({ port, apiKey, path: '/v1/webhooks', body })
  if (status !== 201) throw new Error(`no webhook could be made: ${text}`)
}

/** The lease of a server that was killed, and a little. */
const TOLD_MAX_MS = 45_000
const LOOK_AGAIN_MS = 250

const SELECT_RESERVATIONS = `
  select reservation_id as id
  from holdfast.reservations
  where listing_id = $1`

/** Whoever is acknowledged is told of, and nobody is told of what was not committed. */
async function withTold(
  trial: Trial,
  stand: Stand,
  good: Receiver,
  { load, sale }: Field,
): Promise<Trial> {
  const acknowledged = load.operations.flatMap(({ customer, heard }) =>
    customer !== undefined && heard.kind === 'yes' ? [heard.body.id ?? ''] : [],
  )
  const untold = () => acknowledged.filter((id) => !good.reservations.has(id))
  const deadline = performance.now() + TOLD_MAX_MS
  while (untold().length > 0 && performance.now() < deadline) await pause(LOOK_AGAIN_MS)
  const wrong = [...trial.wrong]
  const late = untold().length
  if (late > 0)
    wrong.push(`a good receiver was not told of ${late} of ${acknowledged.length} in 45 s`)
  const stored = await withSession(stand.postgres.url, async (client) => {
    const { rows } = await client.query<{ id: string }>(SELECT_RESERVATIONS, [sale.listingId])
    return new Set(rows.map(({ id }) => id))
  })
  const invented = [...good.reservations.keys()].filter((id) => !stored.has(id) && !known.has(id))
  for (const id of stored) known.add(id)
  if (invented.length > 0)
    wrong.push(`a receiver was told of ${invented.length} that are not there`)
  return { ...trial, wrong }
}

/** Reservations of repetitions before. */
const known = new Set<string>()
