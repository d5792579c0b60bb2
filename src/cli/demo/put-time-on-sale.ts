/** Puts a resource's time on sale in a listing of its own. */
import type { Schedule } from '../../domain/time/schedule.js'
import type { Holdfast } from '../../engine/holdfast.js'

/** Nothing is paid for in the demo, so that whoever books may confirm. */
export const FREE = { storefrontConfirms: 'free' } as const

/** A listing with one resource that is sold by slots. */
export interface TimeOnSale {
  readonly listingId: string
  readonly name: string
  readonly timeZone: string
  readonly resource: {
    readonly resourceId: string
    readonly name: string
    readonly exclusive?: boolean
  }
  readonly schedule: Schedule
  /** The days whose slots are made. */
  readonly dates: { readonly from: string; readonly to: string }
}

/** Safe at every start of a server: what exists under the same ids stays as it is. */
export async function putTimeOnSale(
  { listings, resources, slots }: Holdfast,
  { resource, schedule, dates, ...listing }: TimeOnSale,
): Promise<void> {
  const { listingId } = listing
  const { resourceId } = resource
  await listings.create({ ...listing, policy: FREE })
  await resources.create(listingId, resource)
  const terms = await slots.schedule(listingId, resourceId)
  if (terms?.schedule === null) await slots.setSchedule(listingId, resourceId, schedule)
  await slots.generate(listingId, resourceId, dates)
}
