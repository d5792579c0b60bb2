/** Sets how many rooms there are, and on which terms, for a range of nights; and takes that back. */
import type { Listing, Night, Nights, Resource } from 'holdfast/client'
import { client } from '../../api.js'
import type { Answered } from '../../calls/use-resource.js'
import { ask, type Values } from '../../shell/ask.js'
import { given, wayBack } from '../back.js'

interface Around {
  readonly listing: Listing
  readonly resource: Resource
  /** The nights that are shown, as they are now. */
  readonly nights: readonly Night[]
  readonly from: string
  readonly to: string
  after(): void
}

/** More runs than this are no quick way back. */
const RUNS_MAX = 31

const LEAVE = { value: '', name: 'As it is' }

export function setNights({ listing, resource, nights, from, to, after }: Around): void {
  ask<Nights>({
    title: `Set nights of ${resource.name}`,
    text: 'All nights of the range or none. What is left empty stays as it is. Guests who are there stay.',
    yes: 'Set the nights',
    fields: [
      { name: 'from', label: 'First night', type: 'date', value: from },
      { name: 'to', label: 'Up to, not included', type: 'date', value: to },
      {
        ...{ name: 'capacity', label: 'Rooms each night', type: 'number' as const, min: 0 },
        value: String(nights[0]?.capacity ?? ''),
      },
      {
        ...{ name: 'minimum', label: 'Nights at the least', type: 'number' as const },
        ...{ min: 1, max: 90, isOptional: true, hint: 'Of whoever arrives on these dates.' },
      },
      {
        ...{ name: 'maximum', label: 'Nights at the most', type: 'number' as const },
        ...{ min: 1, max: 90, isOptional: true },
      },
      choice('arrival', 'Arrivals', 'Open', 'Nobody arrives'),
      choice('departure', 'Departures', 'Open', 'Nobody leaves'),
      choice('sale', 'New stays', 'On sale', 'Off sale'),
      {
        name: 'override',
        label: 'Fewer rooms than are taken, because',
        hint: 'Only where it is meant: the journal keeps it.',
        isOptional: true,
      },
    ],
    asksReason: true,
    act: (values) => client.nights.set(listing.id, resource.id, bodyOf(values)),
    done: (set) => {
      after()
      const text = `${set.nights.length} nights are set.`
      const before = runsOf(nights.filter(({ night }) => set.from <= night && night < set.to))
      const known = before.reduce((sum, run) => sum + run.count, 0)
      if (known !== set.nights.length || before.length > RUNS_MAX) return text
      const undo = wayBack(
        () => setAll(listing, resource, before),
        'The nights are as they were.',
        after,
      )
      return { text, undo }
    },
  })
}

function choice(name: string, label: string, open: string, shut: string) {
  const options = [LEAVE, { value: 'open', name: open }, { value: 'shut', name: shut }]
  return { name, label, options, isOptional: true }
}

type Body = Parameters<typeof client.nights.set>[2]

function bodyOf(values: Values): Body {
  const { from = '', to = '', capacity = '0', minimum, maximum, arrival, departure, sale } = values
  return {
    ...{ from, to, capacity: Number(capacity) },
    ...(minimum === undefined ? {} : { minimum_stay: Number(minimum) }),
    ...(maximum === undefined ? {} : { maximum_stay: Number(maximum) }),
    ...(arrival === undefined ? {} : { closed_to_arrival: arrival === 'shut' }),
    ...(departure === undefined ? {} : { closed_to_departure: departure === 'shut' }),
    ...(sale === undefined ? {} : { on_sale: sale === 'open' }),
    ...given({ reason: values['reason'], override_reason: values['override'] }),
  }
}

interface Run {
  readonly body: Body
  readonly count: number
}

/** Nights that follow each other and are alike. */
export function runsOf(nights: readonly Night[]): Run[] {
  const runs: Run[] = []
  for (const night of nights) {
    const last = runs.at(-1)
    const to = new Date(Date.parse(night.night) + 86_400_000).toISOString().slice(0, 10)
    const terms = {
      ...{ capacity: night.capacity, minimum_stay: night.minimum_stay },
      ...{ maximum_stay: night.maximum_stay, closed_to_arrival: night.closed_to_arrival },
      ...{ closed_to_departure: night.closed_to_departure, on_sale: night.on_sale },
    }
    const body = { from: last?.body.from ?? night.night, to, ...terms }
    const isMore =
      last?.body.to === night.night && JSON.stringify({ ...last.body, to }) === JSON.stringify(body)
    if (isMore) runs[runs.length - 1] = { body, count: last.count + 1 }
    else runs.push({ body: { ...body, from: night.night }, count: 1 })
  }
  return runs
}

async function setAll(
  listing: Listing,
  resource: Resource,
  runs: readonly Run[],
): Promise<Answered<unknown>> {
  for (const { body } of runs) {
    const answer = await client.nights.set(listing.id, resource.id, body)
    if (!answer.ok) return answer
  }
  return { ok: true, value: undefined }
}
