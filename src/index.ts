/**
 * Holdfast as a library.
 *
 * @module
 */

export { type FaultCode, HoldfastError, isFault } from './domain/errors.js'
export type { Line } from './domain/reservation/demand.js'
export type { LineRequest } from './domain/reservation/line-request.js'
export type { Outcome, Refusal, RefusalCode } from './domain/reservation/outcome.js'
export type {
  ListingPolicy,
  ListingTerms,
  Reservation,
  ReservationState,
} from './domain/reservation/reservation.js'
export type { Schedule } from './domain/time/schedule.js'
export type { BlockStay, RoomStay, Stay } from './domain/time/stay.js'
export type { ResourceTime, TimedLine } from './domain/time/timed-line.js'
export type { CommandOptions, CommandResult, TransitionOptions } from './engine/engine.js'
export type { ReservationVerbs } from './engine/groups.js'
export type { CommittedChange, Holdfast, HoldfastOptions } from './engine/holdfast.js'
export { createHoldfast } from './engine/holdfast.js'
export type { EngineObserver } from './engine/observer.js'
export type { Availability, PoolCounter } from './engine/reads/availability.js'
export type { CalendarUpdates, LiveUpdate, LiveUpdates } from './engine/reads/live.js'
export type { CalendarChange, CalendarUpdate } from './engine/reads/live-calendar.js'
export type { Places } from './engine/reads/places.js'
export type { FoundReservation, FoundReservations } from './engine/reads/reservations.js'
export type { Page } from './engine/reads/rows.js'
export type { NewReservation } from './engine/requests.js'
export type { BlockOutcome, BlockRefusal } from './engine/sale/block-outcome.js'
export type { BlockReport } from './engine/sale/blocks.js'
export type { CreatedReservation, ReservationRequest } from './engine/sale/create-reservation.js'
export type { CreatedListing, NewListing } from './engine/sale/listings.js'
export type { NightsOutcome, NightsRequest } from './engine/sale/nights.js'
export type { SkippedTime } from './engine/sale/repeat.js'
export type { GeneratedSlots } from './engine/sale/slots.js'
export type { AuditReport } from './engine/upkeep/audit.js'
export { migrate } from './engine/upkeep/schema.js'
export type { HoldfastWithin } from './engine/within.js'
export { STRATEGY_NAMES, type StrategyName } from './strategies/strategy.js'
