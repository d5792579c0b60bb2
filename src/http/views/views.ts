/** Rows as the contract shows them: snake_case, times in RFC 3339. One function for each schema. */
import type { ApiKey } from '../../contract/api-key.js'
import type { AuditReport as AuditReportView } from '../../contract/audit.js'
import type { Listing, PolicyChange, Resource } from '../../contract/listing.js'
import type { Availability, Pool, PoolAvailability, TimeSpan } from '../../contract/pool.js'
import type {
  Refund as RefundView,
  Reservation as ReservationView,
  Skipped,
} from '../../contract/reservation.js'
import type { SlotReference, Slot as SlotView } from '../../contract/schedule.js'
import { type Details, hasContact, type Metadata } from '../../domain/reservation/details.js'
import type { Refund } from '../../domain/reservation/refund.js'
import type { ListingTerms, Reservation } from '../../domain/reservation/reservation.js'
import type { Span } from '../../domain/time/schedule.js'
import type { ResourceTime, SlotTime } from '../../domain/time/timed-line.js'
import type {
  Availability as AvailabilityNow,
  PoolCounter,
} from '../../engine/reads/availability.js'
import type { Places } from '../../engine/reads/places.js'
import type {
  ApiKeyRow,
  ListingRow,
  PoolRow,
  ResourceRow,
  SlotRow,
} from '../../engine/reads/rows.js'
import type { SkippedTime } from '../../engine/sale/repeat.js'
import type { AuditReport } from '../../engine/upkeep/audit.js'
import { showPlace } from './places.js'

const MS_PER_SECOND = 1_000

/** An instant as the contract has it. */
export function time(ms: number): string {
  return new Date(ms).toISOString()
}

/** An instant as the API writes it. */
export function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : time(ms)
}

export function showListing(row: ListingRow): Listing {
  return {
    id: row.listingId,
    name: row.name,
    time_zone: row.timeZone,
    policy: {
      customer_units_max: row.customerUnitsMax,
      customer_holds_max: row.customerHoldsMax,
      hold_seconds_max: Math.floor(row.holdTtlMsMax / MS_PER_SECOND),
      hold_age_seconds_max: Math.floor(row.holdAgeMsMax / MS_PER_SECOND),
      refund_on_cancel: row.refundOnCancel,
      storefront_confirms: row.storefrontConfirms,
    },
    archived: row.archived,
    ...showMetadata(row.metadata),
    created_at: time(row.createdAtMs),
  }
}

/** Left out where there is none. */
function showMetadata(metadata: Metadata): { metadata?: Record<string, string> } {
  return Object.keys(metadata).length === 0 ? {} : { metadata: { ...metadata } }
}

/** The policy of a request, with the fields that it has. */
export function policyOf(sent: PolicyChange): Partial<ListingTerms> {
  const { customer_units_max, customer_holds_max, hold_seconds_max, hold_age_seconds_max } = sent
  const { refund_on_cancel, storefront_confirms } = sent
  return {
    ...(customer_units_max === undefined ? {} : { customerUnitsMax: customer_units_max }),
    ...(customer_holds_max === undefined ? {} : { customerHoldsMax: customer_holds_max }),
    ...(hold_seconds_max === undefined ? {} : { holdTtlMsMax: hold_seconds_max * MS_PER_SECOND }),
    ...(hold_age_seconds_max === undefined
      ? {}
      : { holdAgeMsMax: hold_age_seconds_max * MS_PER_SECOND }),
    ...(refund_on_cancel === undefined ? {} : { refundOnCancel: refund_on_cancel }),
    ...(storefront_confirms === undefined ? {} : { storefrontConfirms: storefront_confirms }),
  }
}

export function showResource(listingId: string, row: ResourceRow): Resource {
  return {
    id: row.resourceId,
    listing_id: listingId,
    name: row.name,
    exclusive: row.exclusive,
    time_zone: row.timeZone,
    notice_minutes: row.noticeMinutes,
    horizon_days: row.horizonDays,
    archived: row.archived,
    ...showMetadata(row.metadata),
    created_at: time(row.createdAtMs),
  }
}

export function showSpan({ fromMs, toMs }: Span): TimeSpan {
  return { from: time(fromMs), to: time(toMs) }
}

export function showSlot(row: SlotRow): SlotView {
  return {
    pool_id: row.poolId,
    ...showSpan(row),
    ...showCounts(row),
    closed: row.closed,
  }
}

export function showSlotReference(slot: ResourceTime & Partial<SlotTime>): SlotReference {
  return { pool_id: slot.poolId ?? null, resource_id: slot.resourceId, ...showSpan(slot) }
}

export function showSkipped({ resourceId, code, ...span }: SkippedTime): Skipped {
  return { resource_id: resourceId, ...showSpan(span), code }
}

function showCounts({ capacity, taken, version }: Pick<PoolRow, 'capacity' | 'taken' | 'version'>) {
  return { capacity, taken, available: Math.max(0, capacity - taken), version }
}

export function showPool(listingId: string, row: PoolRow): Pool {
  return {
    id: row.poolId,
    listing_id: listingId,
    resource_id: row.resourceId,
    ...showCounts(row),
  }
}

export function showPoolAvailability(row: PoolCounter): PoolAvailability {
  return {
    pool_id: row.poolId,
    resource: { id: row.resourceId, name: row.resourceName },
    ...showCounts(row),
    ...(row.archived === true ? { available: 0 } : {}),
  }
}

export function showAvailability(
  listingId: string,
  { version, pools }: AvailabilityNow,
): Availability {
  return { listing_id: listingId, version, pools: Array.from(pools, showPoolAvailability) }
}

/**
 * @param places which of its pools are nights or slots; those are in the order of their times
 * @param details undefined for none
 */
export function showReservation(
  listingId: string,
  reservation: Reservation,
  places: Places,
  details?: Details,
): ReservationView {
  return {
    id: reservation.reservationId,
    listing_id: listingId,
    state: reservation.state,
    customer: reservation.customer,
    lines: showLines(reservation.lines, places),
    version: reservation.version,
    created_at: time(reservation.createdAtMs),
    updated_at: time(reservation.updatedAtMs),
    expires_at: timeOrNull(reservation.expiresAtMs),
    payment_ref: reservation.paymentRef,
    refund_due: reservation.refundDue,
    ...(details === undefined ? {} : showDetails(details)),
  }
}

function showDetails(details: Details): Pick<ReservationView, 'contact' | 'metadata'> {
  return {
    ...(hasContact(details) ? { contact: details.contact } : {}),
    ...showMetadata(details.metadata),
  }
}

export function showRefund(
  listingId: string,
  refund: Refund,
  reservation: Reservation,
  { places, details }: { readonly places: Places; readonly details?: Details | undefined },
): RefundView {
  return {
    ...showReservation(listingId, reservation, places, details),
    payment_ref: refund.paymentRef,
    refund_due: refund.settledAtMs === null,
    reason: refund.reason,
    due_since: time(refund.dueSinceMs),
    settled_at: timeOrNull(refund.settledAtMs),
  }
}

function showLines(lines: Reservation['lines'], places: Places): ReservationView['lines'] {
  const shown = lines.map(({ poolId, quantity }) => {
    return { pool_id: poolId, quantity, ...showPlace(places.get(poolId)) }
  })
  return places.size === 0 ? shown : shown.sort(byTime)
}

/** Lines without a time first; what is on one resource one after the other. */
function byTime(a: ReservationView['lines'][number], b: ReservationView['lines'][number]): number {
  const keyOf = ({ resource_id, block_id, night, from }: typeof a) =>
    `${resource_id ?? block_id ?? ''}/${night ?? from ?? ''}`
  const [before, after] = [keyOf(a), keyOf(b)]
  if (before === after) return 0
  return before < after ? -1 : 1
}

export function showApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.keyId,
    name: row.name,
    scope: row.scope,
    prefix: row.prefix,
    listing_ids: [...row.listingIds],
    origins: [...row.origins],
    created_at: time(row.createdAtMs),
    last_used_at: timeOrNull(row.lastUsedAtMs),
    revoked_at: timeOrNull(row.revokedAtMs),
  }
}

export function showAudit(report: AuditReport): AuditReportView {
  return {
    ok: report.ok,
    pools: report.pools,
    reservations: report.reservations,
    drift: report.drift.map((drift) => ({
      listing_id: drift.listingId,
      check: drift.check,
      table: drift.table,
      key: drift.key,
      column: drift.column,
      expected: drift.expected,
      actual: drift.actual,
    })),
  }
}
