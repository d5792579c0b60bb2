/** What a client can be asked for. Names of fields are the API's own. */
import type { LiveEvent, LiveOptions } from './live.js'
import type {
  CallOptions,
  CommandOptions,
  MatchOptions,
  TokenOptions,
  TransitionOptions,
} from './options.js'
import type { OperationName, Result } from './results.js'
import type { Operations } from './schema.js'

type Body<Name extends OperationName> = Operations[Name]['body']
type Query<Name extends OperationName> = Operations[Name]['query']
type CallResult<Name extends OperationName> = Promise<Result<Name>>

export interface Client {
  /** What is on sale: events, turfs, hotels. */
  readonly listings: {
    create(body: Body<'createListing'>, options?: CommandOptions): CallResult<'createListing'>
    list(query?: Query<'listListings'>, options?: CallOptions): CallResult<'listListings'>
    get(listingId: string, options?: CallOptions): CallResult<'getListing'>
    change(
      listingId: string,
      body: Body<'changeListing'>,
      options?: MatchOptions,
    ): CallResult<'changeListing'>
    /** Nothing new is sold; what is sold stays, and can be confirmed, given back and changed away. */
    archive(
      listingId: string,
      options?: CallOptions & Body<'archiveListing'>,
    ): CallResult<'archiveListing'>
    /** Puts it on sale again. */
    unarchive(
      listingId: string,
      options?: CallOptions & Body<'unarchiveListing'>,
    ): CallResult<'unarchiveListing'>
  }
  /** What a listing sells places on: hotels, courts. */
  readonly resources: {
    create(
      listingId: string,
      body: Body<'createResource'>,
      options?: CommandOptions,
    ): CallResult<'createResource'>
    list(
      listingId: string,
      query?: Query<'listResources'>,
      options?: CallOptions,
    ): CallResult<'listResources'>
    get(listingId: string, resourceId: string, options?: CallOptions): CallResult<'getResource'>
    change(
      listingId: string,
      resourceId: string,
      body: Body<'changeResource'>,
      options?: MatchOptions,
    ): CallResult<'changeResource'>
    /** As of a listing: what is sold stays sold. */
    archive(
      listingId: string,
      resourceId: string,
      options?: CallOptions & Body<'archiveResource'>,
    ): CallResult<'archiveResource'>
    unarchive(
      listingId: string,
      resourceId: string,
      options?: CallOptions & Body<'unarchiveResource'>,
    ): CallResult<'unarchiveResource'>
  }
  /** How many there are of it. */
  readonly pools: {
    create(
      listingId: string,
      body: Body<'createPool'>,
      options?: CommandOptions,
    ): CallResult<'createPool'>
    list(
      listingId: string,
      query?: Query<'listPools'>,
      options?: CallOptions,
    ): CallResult<'listPools'>
    get(listingId: string, poolId: string, options?: CallOptions): CallResult<'getPool'>
    /** Sets the capacity; `below_taken` unless it is meant and `override_reason` says why. */
    change(
      listingId: string,
      poolId: string,
      body: Body<'changePool'>,
      options?: CallOptions,
    ): CallResult<'changePool'>
  }
  /** When a resource is open, and the slots that are made from that. */
  readonly slots: {
    schedule(
      listingId: string,
      resourceId: string,
      options?: CallOptions,
    ): CallResult<'getSchedule'>
    /** Replaces the schedule; slots that are there stay until they are made again. */
    setSchedule(
      listingId: string,
      resourceId: string,
      body: Body<'setSchedule'>,
      options?: MatchOptions,
    ): CallResult<'setSchedule'>
    /** Makes the slots of some dates; doing so again is safe. */
    generate(
      listingId: string,
      resourceId: string,
      body: Body<'generateSlots'>,
      options?: CallOptions,
    ): CallResult<'generateSlots'>
    list(
      listingId: string,
      resourceId: string,
      query?: Query<'getSlots'>,
      options?: CallOptions,
    ): CallResult<'getSlots'>
  }
  /** What a hotel has, night by night. */
  readonly nights: {
    /** Sets how many rooms there are each night of a range; nights that are missing are made. */
    set(
      listingId: string,
      resourceId: string,
      body: Body<'setNights'>,
      options?: CallOptions,
    ): CallResult<'setNights'>
    /** What is left of each: advice, not a promise. */
    get(
      listingId: string,
      resourceId: string,
      query: Query<'getNights'>,
      options?: CallOptions,
    ): CallResult<'getNights'>
  }
  /** Rooms that are set aside for a party. */
  readonly blocks: {
    /** Takes nothing yet, and no key: after `connection_lost` look at the list before asking again. */
    create(
      listingId: string,
      body: Body<'createBlock'>,
      options?: CommandOptions,
    ): CallResult<'createBlock'>
    list(
      listingId: string,
      query?: Query<'listBlocks'>,
      options?: CallOptions,
    ): CallResult<'listBlocks'>
    /** With its pick-up, night by night. */
    get(listingId: string, blockId: string, options?: CallOptions): CallResult<'getBlock'>
    /** Takes its rooms, every night or none. */
    makeDefinite(
      listingId: string,
      blockId: string,
      options?: CallOptions & Body<'makeBlockDefinite'>,
    ): CallResult<'makeBlockDefinite'>
    /** Gives back what was not picked up. */
    release(
      listingId: string,
      blockId: string,
      options?: CallOptions & Body<'releaseBlock'>,
    ): CallResult<'releaseBlock'>
  }
  /**
   * What is left of the pools that are bound to no time: advice, not a promise. With `from` and `to` slots,
   * ranges and nights of these dates, too.
   */
  availability(
    listingId: string,
    options?: CallOptions & Query<'getAvailability'>,
  ): CallResult<'getAvailability'>
  /**
   * What is left, as it changes: a snapshot, then what changes; of the pools that are bound to no time, and
   * with `from` and `to` of slots, ranges and nights. A stream that is lost is taken up again by
   * itself, for as long as anybody iterates.
   *
   * @example
   * const left = new Map<string, number>()
   * for await (const { availability } of client.live(listingId)) {
   *   for (const pool of availability.pools) left.set(pool.pool_id, pool.available)
   * }
   */
  live(listingId: string, options?: LiveOptions): AsyncIterableIterator<LiveEvent>
  /**
   * For a page that follows with `EventSource` instead: it sends no header, so the stream's URL takes this
   * ticket, for a minute. `live` needs none.
   *
   * @example
   * const got = await client.liveTicket(listingId)
   * if (got.ok) new EventSource(`${baseUrl}/v1/listings/${listingId}/live?ticket=${got.value.ticket}`)
   */
  liveTicket(listingId: string, options?: CallOptions): CallResult<'createLiveTicket'>
  /** Who has it. */
  readonly reservations: {
    /** Takes every line, or none: held with `hold_seconds`, else confirmed at once. */
    create(
      listingId: string,
      body: Body<'createReservation'>,
      options?: CommandOptions,
    ): CallResult<'createReservation'>
    /** Takes every line for a while, or none. */
    hold(
      listingId: string,
      body: Body<'createReservation'> & { readonly hold_seconds: number },
      options?: CommandOptions,
    ): CallResult<'createReservation'>
    /** Keeps what a hold took. With a `payment_ref` even after its time, if the units are free. */
    confirm(
      listingId: string,
      reservationId: string,
      body?: Body<'confirmReservation'>,
      options?: TransitionOptions,
    ): CallResult<'confirmReservation'>
    /** Gives a hold back before its time is up. */
    release(
      listingId: string,
      reservationId: string,
      options?: TransitionOptions & Body<'releaseReservation'>,
    ): CallResult<'releaseReservation'>
    /** Gives a confirmed reservation back. */
    cancel(
      listingId: string,
      reservationId: string,
      options?: TransitionOptions & Body<'cancelReservation'>,
    ): CallResult<'cancelReservation'>
    /** Lets a hold last longer, from now on. */
    extend(
      listingId: string,
      reservationId: string,
      body: Body<'extendReservation'>,
      options?: TransitionOptions,
    ): CallResult<'extendReservation'>
    /** Swaps the lines for others, all or nothing. */
    change(
      listingId: string,
      reservationId: string,
      body: Body<'changeReservation'>,
      options?: TransitionOptions,
    ): CallResult<'changeReservation'>
    /** Corrects the contact, or the metadata, in whatever state the reservation is; null removes. */
    describe(
      listingId: string,
      reservationId: string,
      body: Body<'describeReservation'>,
      options?: TransitionOptions,
    ): CallResult<'describeReservation'>
    get(
      listingId: string,
      reservationId: string,
      options?: TokenOptions,
    ): CallResult<'getReservation'>
    list(
      listingId: string,
      query?: Query<'listReservations'>,
      options?: CallOptions,
    ): CallResult<'listReservations'>
    /** What happened to it, the oldest entry first. */
    history(
      listingId: string,
      reservationId: string,
      query?: Query<'getReservationHistory'>,
      options?: CallOptions,
    ): CallResult<'getReservationHistory'>
  }
  /** Feeds that calendars subscribe to, each under a URL that is a secret. */
  readonly calendars: {
    /** The path is shown this once. */
    create(
      listingId: string,
      body: Body<'createCalendar'>,
      options?: CommandOptions,
    ): CallResult<'createCalendar'>
    list(
      listingId: string,
      query?: Query<'listCalendars'>,
      options?: CallOptions,
    ): CallResult<'listCalendars'>
    /** Ends a feed for good. */
    revoke(
      listingId: string,
      calendarId: string,
      options?: CallOptions,
    ): CallResult<'revokeCalendar'>
  }
  /** Names under which reservations are made. */
  readonly customers: {
    /** Corrects a name; with `merge` the reservations of both names become one customer's. */
    change(
      listingId: string,
      body: Body<'changeCustomer'>,
      options?: CallOptions,
    ): CallResult<'changeCustomer'>
    /** Everything that is known about a customer. */
    export(listingId: string, customer: string, options?: CallOptions): CallResult<'exportCustomer'>
    /** Forgets a customer; there is no way back. */
    erase(
      listingId: string,
      customer: string,
      options?: CallOptions & { readonly reason?: string },
    ): CallResult<'eraseCustomer'>
  }
  /** Money that is due back, until somebody has given it back. */
  readonly refunds: {
    list(
      listingId: string,
      query?: Query<'listRefunds'>,
      options?: CallOptions,
    ): CallResult<'listRefunds'>
    /** `payment_ref` says which payment was given back; needed where the reservation has had several. */
    settle(
      listingId: string,
      reservationId: string,
      options?: CallOptions & Body<'settleRefund'>,
    ): CallResult<'settleRefund'>
  }
  /** What somebody was to be told, and was not. */
  readonly notices: {
    deadLetters(
      listingId: string,
      query?: Query<'listDeadLetters'>,
      options?: CallOptions,
    ): CallResult<'listDeadLetters'>
    /** It is told again, under the same id. */
    resend(
      listingId: string,
      deliveryId: string,
      options?: CallOptions,
    ): CallResult<'resendDeadLetter'>
    /** Nobody has to be told any more. */
    dismiss(
      listingId: string,
      deliveryId: string,
      options?: CallOptions,
    ): CallResult<'dismissDeadLetter'>
  }
  /** Every change, when it was made, by whom and why; the newest first. */
  readonly journal: {
    list(
      listingId: string,
      query?: Query<'listJournal'>,
      options?: CallOptions,
    ): CallResult<'listJournal'>
  }
  /** Who may call. For an admin's key. */
  readonly keys: {
    /** An `idempotencyKey` of your own has to be random: whoever has it hears the secret again. */
    create(body: Body<'createKey'>, options?: CommandOptions): CallResult<'createKey'>
    list(query?: Query<'listKeys'>, options?: CallOptions): CallResult<'listKeys'>
    revoke(keyId: string, options?: CallOptions): CallResult<'revokeKey'>
  }
  /** Programs of others that are told of events. */
  readonly webhooks: {
    /** The secret is shown this once. Without a `listing_id` for an admin's key: of every listing. */
    create(body: Body<'createWebhook'>, options?: CommandOptions): CallResult<'createWebhook'>
    list(query?: Query<'listWebhooks'>, options?: CallOptions): CallResult<'listWebhooks'>
    get(webhookId: string, options?: CallOptions): CallResult<'getWebhook'>
    change(
      webhookId: string,
      body: Body<'changeWebhook'>,
      options?: CallOptions,
    ): CallResult<'changeWebhook'>
    delete(webhookId: string, options?: CallOptions): CallResult<'deleteWebhook'>
    /** Another secret, shown this once; the one before signs as well for `keep_old_seconds`. */
    rotate(
      webhookId: string,
      body?: Body<'rotateWebhook'>,
      options?: CommandOptions,
    ): CallResult<'rotateWebhook'>
    /** Sends an event of the kind `webhook.test`. */
    test(webhookId: string, options?: CallOptions): CallResult<'testWebhook'>
    /** What the endpoint was told and what it answered, the newest first. */
    deliveries(
      webhookId: string,
      query?: Query<'listWebhookDeliveries'>,
      options?: CallOptions,
    ): CallResult<'listWebhookDeliveries'>
    /** Sends one delivery again, or those of a span of time. */
    replay(
      webhookId: string,
      body: Body<'replayWebhook'>,
      options?: CallOptions,
    ): CallResult<'replayWebhook'>
  }
  /** Whether counters, lines, versions and journal agree. For an admin's key. */
  audit(query?: Query<'audit'>, options?: CallOptions): CallResult<'audit'>
}
