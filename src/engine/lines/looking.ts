/** What lines are looked up with, before any transaction. */
import type { Database } from '../../storage/driver/database.js'
import type { PlaceLookup } from '../reads/places.js'
import type { RetryOptions } from '../retry.js'

export interface Looking {
  readonly db: Pick<Database, 'query'>
  readonly bounds: RetryOptions
  readonly places: PlaceLookup
}
