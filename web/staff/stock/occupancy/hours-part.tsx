import { Empty } from '../../calls/shown.js'
import { Part } from '../../shell/page.js'
import { HoursCanvas } from './hours-canvas.js'
import { Legend } from './legend.js'
import { type Row, shareText, sumOf } from './taken.js'

interface HoursPartProps {
  readonly rows: readonly Row[]
  readonly zone: string
  readonly from: string
  readonly to: string
}

/** Slots and ranges of every resource. */
export function HoursPart({ rows, zone, from, to }: HoursPartProps) {
  if (rows.length === 0) {
    return (
      <Part title="By the hour">
        <Empty title="Nothing is on offer by the hour on these dates">
          <p>Slots are made from a resource’s schedule.</p>
        </Empty>
      </Part>
    )
  }
  return (
    <Part title="By the hour" aside={<Legend />}>
      <HoursCanvas rows={rows} zone={zone} from={from} to={to} />
      <details>
        <summary>Sums as a table</summary>
        <table class="sums figures">
          <thead>
            <tr>
              <th scope="col">Resource</th>
              <th scope="col" class="sums-more">
                Slots
              </th>
              <th scope="col">Places</th>
              <th scope="col">Taken</th>
              <th scope="col">Share</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, name, cells }) => {
              const sum = sumOf(cells.values())
              return (
                <tr key={id}>
                  <th scope="row">{name}</th>
                  <td class="sums-more">{sum.cells}</td>
                  <td>{sum.capacity}</td>
                  <td>{sum.taken}</td>
                  <td>{shareText(sum)}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </details>
    </Part>
  )
}
