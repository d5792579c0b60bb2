import type { Listing, Night, Resource } from 'holdfast/client'
import { useEffect } from 'preact/hooks'
import { addDays, dateText } from '../../../shared/times.js'
import { client } from '../../api.js'
import { Shown } from '../../calls/shown.js'
import { type Answered, useResource } from '../../calls/use-resource.js'
import { Part } from '../../shell/page.js'
import { eachOf } from '../all-pages.js'
import { Legend } from './legend.js'
import { Bar } from './places-part.js'
import { levelOf, type Nights, shareText, sumOf } from './taken.js'

interface NightsPartProps {
  readonly listing: Listing
  readonly resources: readonly Resource[]
  readonly from: string
  readonly to: string
  /** What events say of nights: newer than what was looked at. */
  readonly heard: Nights
  /** Counts what happened: with another figure the nights are looked at again. */
  readonly bell: number
}

interface RoomType {
  readonly resource: Resource
  readonly nights: readonly Night[]
}

const PAUSE_MS = 250

/** What is taken of each room type, night by night. */
export function NightsPart({ listing, resources, from, to, heard, bell }: NightsPartProps) {
  const types = useResource(`nights ${listing.id} ${from} ${to}`, (signal) =>
    roomTypes(listing, resources, { from, to }, signal),
  )
  const { reload } = types
  useEffect(() => {
    if (bell < 2) return
    const timer = setTimeout(reload, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [bell])
  if (types.value?.length === 0) return null
  const dates: string[] = []
  for (let date = from; date < to; date = addDays(date, 1)) dates.push(date)
  return (
    <Part title="By the night" aside={dates.length > 1 && <Legend />}>
      <Shown of={types} what="the nights">
        {(shown) =>
          dates.length === 1 ? (
            <OneNight types={shown} heard={heard} />
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it sideways
            <section class="nights-scroll card" aria-label="Nights by room type" tabIndex={0}>
              <table class="nights figures">
                <thead>
                  <tr>
                    <th scope="col">Room type</th>
                    {dates.map((date) => (
                      <th key={date} scope="col">
                        <abbr title={dateText(date, 'long')}>{Number(date.slice(8))}</abbr>
                      </th>
                    ))}
                    <th scope="col">Share</th>
                  </tr>
                </thead>
                <tbody>
                  {shown.map((type) => (
                    <TypeRow key={type.resource.id} type={type} dates={dates} heard={heard} />
                  ))}
                </tbody>
              </table>
            </section>
          )
        }
      </Shown>
    </Part>
  )
}

/** The rooms of one night, as bars. */
function OneNight({ types, heard }: { types: readonly RoomType[]; heard: Nights }) {
  return (
    <ul class="places card plain">
      {types.map(({ resource, nights: [night] }) => {
        if (night === undefined) return null
        const { capacity, taken } = { ...night, ...heard.get(night.pool_id) }
        return (
          <li key={resource.id}>
            <Bar name={resource.name} capacity={capacity} taken={taken} />
          </li>
        )
      })}
    </ul>
  )
}

interface TypeRowProps {
  readonly type: RoomType
  readonly dates: readonly string[]
  readonly heard: Nights
}

function TypeRow({ type, dates, heard }: TypeRowProps) {
  const known = type.nights.map((night) => ({ ...night, ...heard.get(night.pool_id) }))
  const nights = new Map(known.map((night) => [night.night, night]))
  return (
    <tr>
      <th scope="row">{type.resource.name}</th>
      {dates.map((date) => {
        const night = nights.get(date)
        if (night === undefined) return <td key={date}>–</td>
        const { taken, capacity, on_sale } = night
        return (
          <td key={date} class={`level-${levelOf(night)}`} title={on_sale ? '' : 'Off sale'}>
            {taken}
            <span class="of">/{capacity}</span>
          </td>
        )
      })}
      <td>{shareText(sumOf(known))}</td>
    </tr>
  )
}

async function roomTypes(
  { id }: Listing,
  resources: readonly Resource[],
  dates: { readonly from: string; readonly to: string },
  signal: AbortSignal,
): Promise<Answered<readonly RoomType[]>> {
  // What is sold to one customer at a time is sold by the hour.
  const hotels = resources.filter(({ exclusive }) => !exclusive)
  const types = await eachOf(hotels, async (resource) => {
    const nights = await client.nights.get(id, resource.id, dates, { signal })
    return { resource, nights: nights.ok ? nights.value.nights : [] }
  })
  return { ok: true, value: types.filter(({ nights }) => nights.length > 0) }
}
