/** The nouns of the door, each with its verbs. They bear the names that the typed client has. */
import type { IssuedKey, NewApiKey } from '../access/api-keys.js'
import type { Keyring } from '../access/keyring.js'
import type { Sessions } from '../access/sessions.js'
import type { Tickets } from '../access/tickets.js'
import type { Tokens } from '../access/tokens.js'
import type { Schedule } from '../domain/time/schedule.js'
import type { ReservationFilter } from '../storage/reads/reservations.js'
import type { ApiKeyRow } from '../storage/tables/api-keys.js'
import type { BlockRow, BlockTerms } from '../storage/tables/blocks.js'
import type { ListingRow, NewResource, ResourceRow } from '../storage/tables/listings.js'
import type { DeadLetterRow } from '../storage/tables/notices/deliveries.js'
import type { Page } from '../storage/tables/page.js'
import type { PoolRow } from '../storage/tables/pools.js'
import type { ResourceTerms } from '../storage/tables/schedules.js'
import type { SlotRow } from '../storage/tables/slots.js'
import type { ChangeOptions } from './attribution.js'
import type { CalendarVerbs } from './calendars/calendars.js'
import type { ErasedOutcome } from './customers/erase.js'
import type { CustomerRecord } from './customers/export.js'
import type { CommandOptions, CommandResult, Engine } from './engine.js'
import type { AvailabilityLook } from './reads/availability.js'
import type { JournalFilter, JournalRow } from './reads/journal.js'
import type { Follow } from './reads/live.js'
import type { Places } from './reads/places.js'
import type { FoundRefunds } from './reads/refunds.js'
import type { FoundReservation, FoundReservations } from './reads/reservations.js'
import type { BlockOutcome } from './sale/block-outcome.js'
import type { BlockReport } from './sale/blocks.js'
import type { CapacityOutcome, CapacityRequest } from './sale/capacity.js'
import type { CreatedReservation, ReservationRequest } from './sale/create-reservation.js'
import type { CustomerChange, CustomerOutcome } from './sale/customers.js'
import type { Dates } from './sale/dates.js'
import type { CreatedListing, ListingChange, NewListing, ResourceChange } from './sale/listings.js'
import type { MadeOnce, MakeOptions } from './sale/make-once.js'
import type { NightShown, NightsOutcome, NightsRequest } from './sale/nights.js'
import type { GeneratedSlots, SlotsWanted } from './sale/slots.js'
import type { AuditReport } from './upkeep/audit.js'
import type { WebhookVerbs } from './webhooks/verbs.js'

/**
 * Every verb says yes only to what has been committed. Ids that are malformed are as unknown as any
 * other, except in commands, which throw.
 *
 * @throws HoldfastError `invalid_input` for a request that breaks a rule; `contention`, `overloaded`
 * or `database_unavailable` when nothing was written; `outcome_unknown` when COMMIT got no answer
 */
export interface Groups {
  /** What is on sale: events, turfs, hotels. */
  readonly listings: {
    create(listing: NewListing, options?: MakeOptions): Promise<MadeOnce<CreatedListing>>
    /** @param page default the first 100; `keyId`: only what this API key may touch */
    list(page?: Page, keyId?: string): Promise<readonly ListingRow[]>
    get(listingId: string): Promise<ListingRow | undefined>
    /** @param mayChange looks at the listing, locked, before it changes; what it throws is thrown */
    change(
      listingId: string,
      change: ListingChange,
      mayChange?: (before: ListingRow) => void,
      options?: ChangeOptions,
    ): Promise<ListingRow | undefined>
    /** Nothing new is sold; what is sold stays, and can be confirmed, given back and changed away. */
    archive(listingId: string, options?: ChangeOptions): Promise<ListingRow | undefined>
    /** Puts it on sale again. */
    unarchive(listingId: string, options?: ChangeOptions): Promise<ListingRow | undefined>
    /** Asked of the database once for each listing that exists. */
    exists(listingId: string): Promise<boolean>
  }
  /** What a listing sells places on: hotels, courts. */
  readonly resources: {
    create(
      listingId: string,
      resource: Omit<NewResource, 'resourceId'> & { readonly resourceId?: string },
      options?: MakeOptions,
    ): Promise<MadeOnce<ResourceRow>>
    /** @param filter `archived`: false leaves out those that sell nothing new; default true */
    list(
      listingId: string,
      page?: Page,
      filter?: { readonly archived?: boolean },
    ): Promise<readonly ResourceRow[]>
    get(listingId: string, resourceId: string): Promise<ResourceRow | undefined>
    /** @param mayChange as for a listing */
    change(
      listingId: string,
      resourceId: string,
      change: ResourceChange,
      mayChange?: (before: ResourceRow) => void,
      options?: ChangeOptions,
    ): Promise<ResourceRow | undefined>
    /** As of a listing: what is sold stays sold. */
    archive(
      listingId: string,
      resourceId: string,
      options?: ChangeOptions,
    ): Promise<ResourceRow | undefined>
    unarchive(
      listingId: string,
      resourceId: string,
      options?: ChangeOptions,
    ): Promise<ResourceRow | undefined>
  }
  /** How many there are of it. */
  readonly pools: {
    /** @returns undefined when the listing has no such resource */
    create(
      listingId: string,
      pool: { readonly resourceId: string; readonly capacity: number },
      options?: MakeOptions,
    ): Promise<MadeOnce<PoolRow> | undefined>
    list(listingId: string, page?: Page): Promise<readonly PoolRow[]>
    get(listingId: string, poolId: string): Promise<PoolRow | undefined>
    /** The id of the resource's pool that is bound to no time, the first one if it has several. */
    find(listingId: string, resourceId: string): Promise<string | undefined>
    /** Which of the pools are nights or slots; those that are bound to no time are left out. */
    places(listingId: string, poolIds: readonly string[]): Promise<Places>
    /** Sets the capacity; `below_taken` unless `overrideReason` says why. */
    change(
      listingId: string,
      poolId: string,
      request: CapacityRequest,
      options?: ChangeOptions,
    ): Promise<CapacityOutcome>
  }
  /** When a resource is open, and the slots that are made from that. */
  readonly slots: {
    /** @returns undefined when the listing has no such resource */
    schedule(listingId: string, resourceId: string): Promise<ResourceTerms | undefined>
    /** Replaces the schedule; slots that are there stay until they are generated again. */
    setSchedule(
      listingId: string,
      resourceId: string,
      schedule: Schedule,
      mayReplace?: (before: ResourceTerms) => void,
      options?: ChangeOptions,
    ): Promise<ResourceTerms | undefined>
    /** Makes the slots of some dates; doing so again is safe. */
    generate(
      listingId: string,
      resourceId: string,
      dates: Dates,
      options?: ChangeOptions,
    ): Promise<GeneratedSlots | undefined>
    /** @param wanted default a week from today on */
    list(
      listingId: string,
      resourceId: string,
      wanted?: SlotsWanted,
    ): Promise<{ readonly timeZone: string; readonly slots: readonly SlotRow[] } | undefined>
  }
  /** What a hotel has, night by night. */
  readonly nights: {
    set(
      listingId: string,
      resourceId: string,
      request: NightsRequest,
      options?: ChangeOptions,
    ): Promise<NightsOutcome>
    get(
      listingId: string,
      resourceId: string,
      dates: Dates,
    ): Promise<readonly NightShown[] | undefined>
  }
  /** Rooms that are set aside for a party. */
  readonly blocks: {
    create(
      listingId: string,
      terms: BlockTerms,
      options?: MakeOptions,
    ): Promise<MadeOnce<BlockOutcome>>
    list(listingId: string, page?: Page): Promise<readonly BlockRow[]>
    /** With its pick-up, night by night. */
    get(listingId: string, blockId: string): Promise<BlockReport | undefined>
    /** Takes its rooms, every night or none. */
    makeDefinite(listingId: string, blockId: string, options?: ChangeOptions): Promise<BlockOutcome>
    /** Gives back what was not picked up. */
    release(listingId: string, blockId: string, options?: ChangeOptions): Promise<BlockOutcome>
  }
  /** Who has it. */
  readonly reservations: ReservationVerbs & {
    /** A hold past its time is expired, whether or not anybody has tidied it away. */
    get(listingId: string, reservationId: string): Promise<FoundReservation | undefined>
    /** The newest first unless the filter says otherwise. */
    list(listingId: string, page?: Page, filter?: ReservationFilter): Promise<FoundReservations>
    /** What happened to it, the oldest entry first; undefined when there is no such reservation. */
    history(
      listingId: string,
      reservationId: string,
      page?: Page,
    ): Promise<readonly JournalRow[] | undefined>
  }
  /** The names under which reservations are made. */
  readonly customers: {
    /** Corrects a name; with `merge` the reservations of both names become one customer's. */
    change(
      listingId: string,
      customer: string,
      change: CustomerChange,
      options?: ChangeOptions,
    ): Promise<CustomerOutcome>
    /** Everything that is known; undefined when the listing has no reservation of this customer. */
    export(listingId: string, customer: string): Promise<CustomerRecord | undefined>
    /** Forgets a customer: a pseudonym stands wherever the name stood. There is no way back. */
    erase(listingId: string, customer: string, options?: ChangeOptions): Promise<ErasedOutcome>
  }
  /** Money that is due back, until somebody has given it back: what was refused, and what was cancelled. */
  readonly refunds: {
    /** The newest first. */
    list(listingId: string, page?: Page): Promise<FoundRefunds>
    /**
     * Notes that the money was given back; doing so again gets the same answer. Without a `paymentRef`
     * it is refused as `refund_ambiguous` while several refunds of the reservation are due.
     */
    settle(
      listingId: string,
      reservationId: string,
      options?: SettlementOptions,
    ): Promise<CommandResult>
  }
  /** Events that did not reach whom they were for. */
  readonly notices: {
    /**
     * What somebody was to be told of a listing and was not, in three days of trying; the oldest first.
     *
     * @param listingId undefined: of all listings
     */
    deadLetters(listingId: string | undefined, page?: Page): Promise<readonly DeadLetterRow[]>
    /**
     * Tries one of them again, now and from the start; one that is tried anyway is tried now.
     *
     * @returns undefined when there is no such delivery, or it has arrived
     */
    resend(listingId: string, deliveryId: string): Promise<DeadLetterRow | undefined>
    /**
     * Nobody has to be told of it any more.
     *
     * @returns undefined when there is no such delivery, or it has arrived
     */
    dismiss(listingId: string, deliveryId: string): Promise<DeadLetterRow | undefined>
  }
  /** Every change, when it was made, by whom and why. */
  readonly journal: {
    /** The newest first. */
    list(listingId: string, page?: Page, filter?: JournalFilter): Promise<readonly JournalRow[]>
  }
  /** Who may call the service. */
  readonly keys: {
    /**
     * The key itself is told this once, and again to whoever has the idempotency key, which therefore
     * has to be random: a UUID of version 4 or 7, or 128 random bits.
     *
     * @returns undefined when one of the listings does not exist
     */
    create(
      key: NewApiKey,
      options?: Pick<MakeOptions, 'key' | 'caller'>,
    ): Promise<MadeOnce<IssuedKey> | undefined>
    /** Makes sure that this very key works, for these listings too. */
    ensure(key: string, wanted: NewApiKey): Promise<void>
    list(page?: Page): Promise<readonly ApiKeyRow[]>
    revoke(keyId: string): Promise<ApiKeyRow | undefined>
    /** True when at least one key works. */
    any(): Promise<boolean>
  }
  /** Feeds that calendars subscribe to, each under a URL that is a secret. */
  readonly calendars: CalendarVerbs
  /** Programs of others that are told of events. */
  readonly webhooks: WebhookVerbs
  readonly keyring: Keyring
  readonly tokens: Tokens
  readonly tickets: Tickets
  /** What the staff's pages are signed in with. */
  readonly sessions: Sessions
  /** What is left: advice, not a promise. */
  readonly availability: AvailabilityLook
  /**
   * What is left, as it changes, while anybody iterates: a snapshot, then what changes. Without dates of the
   * pools that are bound to no time; with them of what each resource sells then, too.
   */
  readonly live: Follow
  /** Whether counters, lines, versions and journal agree; of one listing or of all. */
  audit(listingId?: string): Promise<AuditReport>
}

/** The commands: what `within` has as well. */
export interface ReservationVerbs
  extends Pick<
    Engine,
    'hold' | 'confirm' | 'release' | 'cancel' | 'extend' | 'change' | 'describe'
  > {
  /** Takes every line, or none: held with `ttlMs`, else confirmed at once. */
  create(
    listingId: string,
    request: ReservationRequest,
    options?: CommandOptions,
  ): Promise<CreatedReservation>
}

export interface SettlementOptions extends ChangeOptions {
  /** Which payment was given back. */
  readonly paymentRef?: string
}
