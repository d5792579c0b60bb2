/** The commands by name: each checks what its caller gives, and makes the request that is run. */
import type { ExpectedVersion } from '../domain/reservation/command.js'
import { changedDetails, NO_DETAILS } from '../domain/reservation/details.js'
import { checkLineRequests } from '../domain/reservation/line-request.js'
import type { CommandOptions, CommandResult, Engine, TransitionOptions } from './interface.js'
import { type CommandRequest, checkedTtl, checkPaymentRef, newReservation } from './requests.js'

/** Runs a request that has been checked; ids are in any case. */
export type Perform = (
  listingId: string,
  request: CommandRequest,
  options?: CommandOptions,
) => Promise<CommandResult>

/** Every command that a caller can give, as a request that has been checked. */
export function commandsOf(
  perform: Perform,
): Pick<
  Engine,
  | 'reserve'
  | 'hold'
  | 'confirm'
  | 'release'
  | 'cancel'
  | 'extend'
  | 'change'
  | 'describe'
  | 'expire'
> {
  return {
    reserve: async (listingId, wanted, options) =>
      perform(listingId, { kind: 'reserve', ...newReservation(wanted) }, options),
    hold: async (listingId, wanted, options) => {
      const ttlMs = checkedTtl(wanted.ttlMs)
      return perform(listingId, { kind: 'hold', ...newReservation(wanted), ttlMs }, options)
    },
    confirm: async (listingId, reservationId, options = {}) => {
      const { paymentRef } = options
      checkPaymentRef(paymentRef)
      const payment = paymentRef === undefined ? {} : { paymentRef }
      const request = { kind: 'confirm', reservationId, ...expecting(options), ...payment } as const
      return perform(listingId, request, options)
    },
    release: (listingId, reservationId, options = {}) =>
      perform(listingId, { kind: 'release', reservationId, ...expecting(options) }, options),
    cancel: (listingId, reservationId, options = {}) =>
      perform(listingId, { kind: 'cancel', reservationId, ...expecting(options) }, options),
    extend: async (listingId, reservationId, options) => {
      const ttlMs = checkedTtl(options.ttlMs)
      const request = { kind: 'extend', reservationId, ttlMs, ...expecting(options) } as const
      return perform(listingId, request, options)
    },
    change: async (listingId, reservationId, options) => {
      const { lines } = options
      checkLineRequests(lines)
      const request = {
        kind: 'change',
        reservationId,
        lines,
        ...expecting(options),
        ...(options.heldOnly ? { heldOnly: true as const } : {}),
        ...(options.allowPast ? { allowPast: true as const } : {}),
      } as const
      return perform(listingId, request, options)
    },
    describe: async (listingId, reservationId, options) => {
      const { contact, metadata } = options
      const change = {
        ...(contact === undefined ? {} : { contact }),
        ...(metadata === undefined ? {} : { metadata }),
      }
      changedDetails(NO_DETAILS, change)
      const request = { kind: 'describe', reservationId, change, ...expecting(options) } as const
      return perform(listingId, request, options)
    },
    expire: (listingId, reservationId) => perform(listingId, { kind: 'expire', reservationId }),
  }
}

function expecting({ expectedVersion }: TransitionOptions): { expectedVersion?: ExpectedVersion } {
  return expectedVersion === undefined ? {} : { expectedVersion }
}
