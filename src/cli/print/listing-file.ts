/** A listing as a seller writes it: in a file, or in flags. */
import type { Static } from 'typebox'
import { Value } from 'typebox/value'
import { NewListing as ListingHead, PolicyChange } from '../../contract/listing.js'
import { Type } from '../../contract/schema/type.js'
import { HoldfastError } from '../../domain/errors.js'
import { newId } from '../../domain/ids.js'
import { CAPACITY_MAX } from '../../domain/reservation/demand.js'
import type { NewListing } from '../../engine/sale/listings.js'
import { policyOf } from '../../http/views/views.js'
import { printable } from './printable.js'

const { name, time_zone } = ListingHead.properties

const Stock = Type.Object(
  { capacity: Type.Integer({ minimum: 0, maximum: CAPACITY_MAX }) },
  { additionalProperties: false },
)

/** The API's listing with its resources and their pools in one document. */
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
 * @param where the file or other source, with which an error sentence begins
 * @throws HoldfastError `invalid_input` naming every invalid value
 */
export function readListingFile(text: string, where: string): ListingFile {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new HoldfastError('invalid_input', `${where} is not JSON: ${(cause as Error).message}`, {
      cause,
    })
  }
  return checkedListing(value, where)
}

/** @throws HoldfastError `invalid_input` */
export function checkedListing(value: unknown, where: string): ListingFile {
  if (Value.Check(ListingFile, value)) return value
  const wrong = Value.Errors(ListingFile, value).flatMap(({ keyword, instancePath, message }) => {
    // An unknown field is reported twice: by the object that has it and by the field itself.
    if (keyword === 'additionalProperties') return []
    if (keyword === 'boolean') return [`there is no field ${instancePath}`]
    return [`${instancePath === '' ? 'it' : instancePath} ${message}`]
  })
  throw new HoldfastError(
    'invalid_input',
    `${where} is not a valid listing: ${printable(wrong.join('; '))}`,
  )
}

/** The listing as the engine takes it, with new ids in the order of the file. */
export function newListingOf(file: ListingFile): NewListing {
  // Lists are sorted by id, and ids of the same millisecond have no order: each gets its own.
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
