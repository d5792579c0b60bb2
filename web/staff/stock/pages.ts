/** The pages of what is on sale, for the table of pages. */
import type { StaffPage } from '../pages.js'
import { Occupancy } from './occupancy/occupancy.js'

export const STOCK_PAGES: readonly StaffPage[] = [
  { path: 'occupancy', name: 'Occupancy', group: 'Stock', component: Occupancy },
]

export const OFFICE_PAGES: readonly StaffPage[] = []
