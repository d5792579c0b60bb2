/** The table of pages: one line for each, in the order of the navigation. */
import { Audit } from './desk/audit/audit.js'
import { Customers } from './desk/customers/customers.js'
import { Find } from './desk/find/find.js'
import { Journal } from './desk/journal.js'
import { Notices } from './desk/notices.js'
import { Refunds } from './desk/refunds.js'
import { ReservationPage } from './desk/reservation/reservation.js'
import { Today } from './desk/today/today.js'
import type { StaffPage } from './page-props.js'
import { OFFICE_PAGES, STOCK_PAGES } from './stock/pages.js'

export const PAGES: readonly StaffPage[] = [
  { path: '', name: 'Today', group: 'Desk', component: Today },
  { path: 'find', name: 'Find a reservation', group: 'Desk', component: Find },
  {
    path: 'reservation/:id',
    name: 'Reservation',
    group: 'Desk',
    isHidden: true,
    component: ReservationPage,
  },
  { path: 'refunds', name: 'Refunds', group: 'Desk', component: Refunds },
  { path: 'notices', name: 'Notices', group: 'Desk', component: Notices },
  { path: 'customers', name: 'Customers', group: 'Desk', component: Customers },
  ...STOCK_PAGES,
  ...OFFICE_PAGES,
  { path: 'journal', name: 'Journal', group: 'Office', component: Journal },
  { path: 'audit', name: 'Audit', group: 'Office', needsAdmin: true, component: Audit },
]

export interface Match {
  readonly page: StaffPage
  readonly params: Readonly<Record<string, string>>
}

/** @param path as it stands in the address: `/staff/refunds` */
export function pageAt(path: string): Match | undefined {
  const parts = path
    .split('/')
    .slice(2)
    .filter((part) => part !== '')
  for (const page of PAGES) {
    const params = paramsOf(page.path === '' ? [] : page.path.split('/'), parts)
    if (params !== undefined) return { page, params }
  }
  return undefined
}

function paramsOf(pattern: readonly string[], parts: readonly string[]) {
  if (pattern.length !== parts.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, want] of pattern.entries()) {
    const part = parts[index] ?? ''
    if (want.startsWith(':')) params[want.slice(1)] = part
    else if (want !== part) return undefined
  }
  return params
}
