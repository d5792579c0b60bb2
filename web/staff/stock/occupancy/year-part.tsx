import type { Listing, Resource } from 'holdfast/client'
import { useEffect } from 'preact/hooks'
import { go } from '../../../shared/route.js'
import { addDays, dateText, daysBetween, mondayOf } from '../../../shared/times.js'
import { Shown } from '../../calls/shown.js'
import { useResource } from '../../calls/use-resource.js'
import { hrefWith } from '../../hrefs.js'
import { Part } from '../../shell/page.js'
import { Legend } from './legend.js'
import { levelOf, shareText } from './taken.js'
import { type DaySum, type YearSums, yearOf, yearSums } from './year.js'

interface YearPartProps {
  readonly listing: Listing
  readonly resources: readonly Resource[]
  readonly year: number
  /** The id of a resource; empty for all of them. */
  readonly chosen: string
  readonly bell: number
}

/** More of them at once would be hundreds of looks. */
const TOGETHER_MAX = 8
const PAUSE_MS = 1_000
const SIZE = 14

/** A year of a resource as a heat map: a column for each week. */
export function YearPart({ listing, resources, year, chosen, bell }: YearPartProps) {
  const canAll = resources.length <= TOGETHER_MAX
  const id = chosen === '' && !canAll ? (resources[0]?.id ?? '') : chosen
  const looked = id === '' ? resources : resources.filter((each) => each.id === id)
  const sums = useResource(`year ${listing.id} ${id} ${year}`, (signal) =>
    yearSums(listing, looked, year, signal),
  )
  const { reload } = sums
  useEffect(() => {
    if (bell < 2) return
    const timer = setTimeout(reload, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [bell])
  return (
    <Part title="Day by day" aside={<Legend />}>
      <div class="field year-choice">
        <label for="year-resource">Resource</label>
        <select
          id="year-resource"
          class="input"
          value={id}
          onChange={(event) =>
            go(hrefWith({ resource: event.currentTarget.value }), { replace: true })
          }
        >
          {canAll && <option value="">All of them</option>}
          {resources.map((resource) => (
            <option key={resource.id} value={resource.id}>
              {resource.name}
            </option>
          ))}
        </select>
      </div>
      <Shown of={sums} what="the year">
        {(shown) => (
          <>
            <HeatMap sums={shown} year={year} />
            <Months sums={shown} year={year} />
          </>
        )}
      </Shown>
    </Part>
  )
}

function HeatMap({ sums, year }: { sums: YearSums; year: number }) {
  const { from, to } = yearOf(year)
  const first = mondayOf(from)
  const days: { date: string; week: number; day: number }[] = []
  for (let date = from; date < to; date = addDays(date, 1)) {
    const since = daysBetween(first, date)
    days.push({ date, week: Math.floor(since / 7), day: since % 7 })
  }
  const weeks = (days.at(-1)?.week ?? 52) + 1
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it sideways
    <section class="year-scroll card" aria-label="The year, week by week" tabIndex={0}>
      <svg
        class="year"
        viewBox={`0 0 ${weeks * SIZE} ${8 * SIZE + 4}`}
        role="img"
        aria-label={`Each day of ${year}. The table below has the months.`}
      >
        {days
          .filter(({ date }) => date.endsWith('-01'))
          .map(({ date, week }) => (
            <text key={date} x={week * SIZE} y={SIZE - 4} class="year-month">
              {dateText(date, 'month').slice(0, 3)}
            </text>
          ))}
        {days.map(({ date, week, day }) => (
          <rect
            key={date}
            class={classOf(sums.get(date))}
            x={week * SIZE + 1}
            y={(day + 1) * SIZE + 1}
            width={SIZE - 2}
            height={SIZE - 2}
            rx="2"
          >
            <title>{`${dateText(date, 'long')}: ${textOf(sums.get(date))}`}</title>
          </rect>
        ))}
      </svg>
    </section>
  )
}

function Months({ sums, year }: { sums: YearSums; year: number }) {
  const months = new Map<string, DaySum>()
  for (const [date, { capacity, taken }] of sums) {
    const month = date.slice(0, 7)
    const before = months.get(month) ?? { capacity: 0, taken: 0 }
    months.set(month, { capacity: before.capacity + capacity, taken: before.taken + taken })
  }
  const names = Array.from({ length: 12 }, (_, i) => `${year}-${String(i + 1).padStart(2, '0')}`)
  return (
    <details>
      <summary>Months as a table</summary>
      <table class="sums figures">
        <thead>
          <tr>
            <th scope="col">Month</th>
            <th scope="col">Places</th>
            <th scope="col">Taken</th>
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody>
          {names.map((month) => {
            const sum = months.get(month) ?? { capacity: 0, taken: 0 }
            return (
              <tr key={month}>
                <th scope="row">{dateText(`${month}-01`, 'month')}</th>
                <td>{sum.capacity}</td>
                <td>{sum.taken}</td>
                <td>{shareText(sum)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </details>
  )
}

function classOf(sum: DaySum | undefined): string {
  return sum === undefined || sum.capacity === 0 ? 'year-day' : `year-day level-${levelOf(sum)}`
}

function textOf(sum: DaySum | undefined): string {
  if (sum === undefined || sum.capacity === 0) return 'nothing on offer'
  return `${sum.taken} of ${sum.capacity} taken`
}
