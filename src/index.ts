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
  Reservation,
  ReservationState,
} from './domain/reservation/reservation.js'
export type { Schedule } from './domain/time/schedule.js'
export type { BlockStay, RoomStay, Stay } from './domain/time/stay.js'
export type { ResourceTime, TimedLine } from './domain/time/timed-line.js'
export {
  type CommandOptions,
  type CommandResult,
  createEngine,
  type Engine,
  type EngineOptions,
  type NewReservation,
  type TransitionOptions,
} from './engine/engine.js'
export type { BlockOptions, BlockOutcome, BlockRefusal } from './engine/sale/block-outcome.js'
export { releaseBlock } from './engine/sale/block-release.js'
export { type BlockReport, createBlock, lookAtBlock, makeDefinite } from './engine/sale/blocks.js'
export { createListing, createResource, type NewListing } from './engine/sale/listings.js'
export {
  lookAtNights,
  type NightsOutcome,
  type NightsRequest,
  setNights,
} from './engine/sale/nights.js'
export {
  type RepeatedAnswer,
  type RepeatedReservation,
  reserveRepeatedly,
  type SkippedTime,
} from './engine/sale/repeat.js'
export { type Generated, generateSlots, readSlotsOn, setSchedule } from './engine/sale/slots.js'
export { type Database, type DatabaseOptions, openDatabase } from './storage/driver/database.js'
export { migrate } from './storage/driver/migrate.js'
export { STRATEGIES } from './strategies/registry.js'
export { STRATEGY_NAMES, type Strategy, type StrategyName } from './strategies/strategy.js'
