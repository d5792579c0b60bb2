/**
 * Holdfast as a library.
 *
 * @module
 */
export type { Line } from './domain/demand.js'
export { type FaultCode, HoldfastError, isFault } from './domain/errors.js'
export type { Outcome, Refusal, RefusalCode } from './domain/outcome.js'
export type { ListingPolicy, Reservation, ReservationState } from './domain/reservation.js'
export type { Schedule } from './domain/schedule.js'
export type { BlockStay, RoomStay, Stay } from './domain/stay.js'
export type { ResourceTime, TimeLine } from './domain/time-line.js'
export type { Wanted } from './domain/wanted.js'
export type { BlockOptions, BlockOutcome, BlockRefusal } from './engine/block-outcome.js'
export { releaseBlock } from './engine/block-release.js'
export { type BlockReport, createBlock, lookAtBlock, makeDefinite } from './engine/blocks.js'
export {
  type Answer,
  type CommandOptions,
  createEngine,
  type Engine,
  type EngineOptions,
  type NewReservation,
  type TransitionOptions,
} from './engine/engine.js'
export { createListing, createResource, type NewListing } from './engine/listings.js'
export { lookAtNights, type NightsOutcome, type NightsRequest, setNights } from './engine/nights.js'
export {
  type RepeatedAnswer,
  type RepeatedReservation,
  reserveRepeatedly,
  type SkippedTime,
} from './engine/repeat.js'
export { type Generated, generateSlots, readSlotsOn, setSchedule } from './engine/slots.js'
export { type Database, type DatabaseOptions, openDatabase } from './storage/database.js'
export { migrate } from './storage/migrate.js'
export { STRATEGIES } from './strategies/registry.js'
export { STRATEGY_NAMES, type Strategy, type StrategyName } from './strategies/strategy.js'
