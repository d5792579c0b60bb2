import { dateOf, dateText, isElsewhere, zoneText } from '../../../shared/times.js'
import { clock } from '../../api.js'
import type { PageProps } from '../../page-props.js'
import { Page } from '../../shell/page.js'
import { useNames } from '../../words/use-names.js'
import { Arrivals } from './arrivals.js'
import { Deadlines } from './deadlines.js'
import { Owed } from './owed.js'
import { Undelivered } from './undelivered.js'
import './today.css'

/** What has to be looked after now: it is loaded again every few seconds. */
export function Today({ listing }: PageProps) {
  const names = useNames(listing)
  const zone = listing.time_zone
  const date = dateOf(zone, clock.now())
  const clocks = isElsewhere(zone, clock.now()) ? `, by ${zoneText(zone, clock.now())}` : ''
  return (
    <Page title="Today" lead={`${dateText(date, 'long')}${clocks}`}>
      <div class="today">
        <Deadlines listing={listing} names={names} />
        <Arrivals listing={listing} names={names} date={date} />
        <Owed listing={listing} />
        <Undelivered listing={listing} />
      </div>
    </Page>
  )
}
