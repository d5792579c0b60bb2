import type { Listing, Reservation } from 'holdfast/client'

/** What the parts of a reservation's page are about. */
export interface PartProps {
  readonly listing: Listing
  readonly reservation: Reservation
  /** Called once something was done. */
  readonly after: () => void
}
