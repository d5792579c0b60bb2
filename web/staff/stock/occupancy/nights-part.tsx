import type { Listing, Night, Resource } from 'holdfast/client'
import { useEffect } from 'preact/hooks'
import { addDays, dateText } from '../../../shared/times.js'
import { client } from '../../api.js'
import { Shown } from '../../calls/shown.js'
import { type Answered, useResource } from '../../calls/use-resource.js'
import { Part } from '../../shell/page.js'
import { eachOf } from '../all-pages.js'
import { Legend } from './legend.js'
import { levelOf, shareText, sumOf } from './taken.js'

interface NightsPartProps {
  readonly listing: Listing
  readonly resources: readonly Resource[]
  readonly from: string
  readonly to: string
  /** Counts what happened: with another figure the nights are looked at again. */
  readonly bell: number
}

interface RoomType {
  readonly resource: Resource
  readonly nights: readonly Night[]
}

const PAUSE_MS = 250

/** What is taken of each room type, night by night. */
export function NightsPart({ listing, resources, from, to, bell }: NightsPartProps) {
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
    <Part title="By the night" aside={<Legend />}>
      <Shown of={types} what="the nights">
        {(shown) => (
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
                  <TypeRow key={type.resource.id} type={type} dates={dates} />
                ))}
              </tbody>
            </table>
          </section>
        )}
      </Shown>
      <p class="small soft">Each night: rooms taken, of rooms there are.</p>
    </Part>
  )
}

function TypeRow({ type, dates }: { type: RoomType; dates: readonly string[] }) {
  const nights = new Map(type.nights.map((night) => [night.night, night]))
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
      <td>{shareText(sumOf(type.nights))}</td>
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
