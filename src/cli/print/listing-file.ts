/** A listing as somebody writes it down: in a file, or word by word in flags. */
import Type, { type Static } from 'typebox'
import { Value } from 'typebox/value'
import { NewListing as ListingHead, PolicyChange } from '../../contract/listing.js'
import { HoldfastError } from '../../domain/errors.js'
import { newId } from '../../domain/ids.js'
import { CAPACITY_MAX } from '../../domain/reservation/demand.js'
import type { NewListing } from '../../engine/sale/listings.js'
import { policyOf } from '../../http/views/views.js'

const { name, time_zone } = ListingHead.properties

const Stock = Type.Object(
  { capacity: Type.Integer({ minimum: 0, maximum: CAPACITY_MAX }) },
  { additionalProperties: false },
)

/** As the API has it, with its resources and their pools in one. */
export const ListingFile = Type.Object(
  {
    name,
    time_zone,
    policy: Type.Optional(PolicyChange),
    resources: Type.Array(
      Type.Object({ name, pools: Type.Array(Stock) }, { additionalProperties: false }),
    ),
  },
  { additionalProperties: false },
)
export type ListingFile = Static<typeof ListingFile>

/**
 * @param where what the sentence begins with when something is wrong
 * @throws HoldfastError `invalid_input` naming every value that is not as it has to be
 */
export function readListingFile(text: string, where: string): ListingFile {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new HoldfastError('invalid_input', `${where} is no JSON: ${(cause as Error).message}`, {
      cause,
    })
  }
  return checkedListing(value, where)
}

/** @throws HoldfastError `invalid_input` */
export function checkedListing(value: unknown, where: string): ListingFile {
  if (Value.Check(ListingFile, value)) return value
  const wrong = Value.Errors(ListingFile, value).flatMap(({ keyword, instancePath, message }) => {
    // A field too many is told twice, by the object that has it and by the field itself.
    if (keyword === 'additionalProperties') return []
    if (keyword === 'boolean') return [`there is no field ${instancePath}`]
    return [`${instancePath === '' ? 'it' : instancePath} ${message}`]
  })
  throw new HoldfastError('invalid_input', `${where} is no listing: ${wrong.join('; ')}`)
}

/** The same for the engine, with ids of its own, in the order in which things are written down. */
export function newListingOf(file: ListingFile): NewListing {
  // Lists are in the order of ids, and ids of one millisecond are in none.
  let nowMs = Date.now()
  const nextId = () => newId(nowMs++)
  const listingId = nextId()
  const resources = file.resources.flatMap((resource) => {
    const resourceId = nextId()
    return resource.pools.map(({ capacity }) => {
      return { resourceId, name: resource.name, poolId: nextId(), capacity }
    })
  })
  return {
    listingId,
    name: file.name,
    resources,
    ...(file.time_zone === undefined ? {} : { timeZone: file.time_zone }),
    ...(file.policy === undefined ? {} : { policy: policyOf(file.policy) }),
  }
}
