/**
 * What goes over the wire, and the operations of the API. Made from the OpenAPI document by
 * `npm run generate`: change the contract, not this file.
 */

interface components {
  schemas: {
    /** @description RFC 9457. Which members there are beside the first seven depends on the code. */
    Problem: {
      type: string
      title: string
      status: number
      code:
        | 'bad_request'
        | 'malformed_url'
        | 'malformed_json'
        | 'unknown_field'
        | 'idempotency_key_missing'
        | 'idempotency_key_malformed'
        | 'idempotency_key_guessable'
        | 'if_match_malformed'
        | 'unauthorized'
        | 'forbidden'
        | 'not_found'
        | 'unknown_pool'
        | 'unknown_resource'
        | 'method_not_allowed'
        | 'request_timeout'
        | 'insufficient_capacity'
        | 'exceeds_capacity'
        | 'slot_taken'
        | 'not_offered'
        | 'capacity_gone'
        | 'payment_given_back'
        | 'nights_not_on_sale'
        | 'minimum_stay'
        | 'maximum_stay'
        | 'closed_to_arrival'
        | 'closed_to_departure'
        | 'block_not_open'
        | 'block_reservation'
        | 'block_limit'
        | 'webhook_limit'
        | 'webhook_disabled'
        | 'archived'
        | 'hold_limit'
        | 'customer_limit'
        | 'customer_exists'
        | 'extension_limit'
        | 'invalid_transition'
        | 'below_taken'
        | 'refund_not_due'
        | 'refund_ambiguous'
        | 'idempotency_in_progress'
        | 'hold_expired'
        | 'version_mismatch'
        | 'payload_too_large'
        | 'uri_too_long'
        | 'unsupported_media_type'
        | 'validation'
        | 'ttl_out_of_range'
        | 'idempotency_key_reused'
        | 'rate_limited'
        | 'headers_too_large'
        | 'internal'
        | 'contention'
        | 'overloaded'
        | 'database_unavailable'
        | 'outcome_unknown'
      detail: string
      request_id: string
      /** @description True when the same request, with the same key, may succeed in a moment. */
      retryable: boolean
      retry_after_ms?: number
      errors?: {
        /** @description A JSON pointer into what was sent. */
        path: string
        message: string
      }[]
      lines?: {
        /** @description Which of the lines sent, counted from 0; with `repeat` those of all weeks, week by week. */
        line: number
        pool_id: string
        resource_id?: string
        block_id?: string
        night?: string
        from?: string
        to?: string
        /** @description What all lines together ask of this pool. */
        requested: number
        /** @description What this reservation could have of it. */
        available: number
        /** @description What the pool has when nothing is taken. */
        capacity: number
      }[]
      pool_ids?: string[]
      resource_ids?: string[]
      slots?: {
        /** @description The slot’s pool; null for a range, which has none yet. */
        pool_id: string | null
        resource_id: string
        from: string
        to: string
      }[]
      suggestions?: {
        /** @description The slot’s pool; null for a range, which has none yet. */
        pool_id: string | null
        resource_id: string
        from: string
        to: string
      }[]
      block_ids?: string[]
      nights?: {
        resource_id: string
        night: string
      }[]
      resource_id?: string
      night?: string
      /** @description Nights to stay at the least. */
      minimum_stay?: number
      /** @description Nights to stay at the most. */
      maximum_stay?: number
      /** @description Nights that were asked for. */
      stayed?: number
      state?: 'held' | 'confirmed' | 'released' | 'expired' | 'cancelled'
      /** @description The version as it is now. */
      version?: number
      expected_version?: number
      hold_seconds_max?: number
      extendable_until?: string
      limit?: number
      /** @description Open holds that the customer has. */
      holds?: number
      /** @description Units that the customer has. */
      units?: number
      requested?: number
      capacity?: number
      taken?: number
      refund_due?: boolean
      payment_ref?: string | null
      payment_refs?: string[]
    }
    /** @description What a listing allows. */
    Policy: {
      /** @description Units that one customer may have, held and confirmed; null: no limit. */
      customer_units_max: number | null
      /** @description Holds that one customer may have open at once; null: no limit. */
      customer_holds_max: number | null
      /** @description The longest that a hold may be asked to last. */
      hold_seconds_max: number
      /** @description How old a hold may become by being extended. */
      hold_age_seconds_max: number
      /**
       * @description Whether the payment of a reservation that is cancelled is due back: `always`, the default, or `never`.
       * @enum {string}
       */
      refund_on_cancel: 'always' | 'never'
      /**
       * @description Whether a storefront's key may confirm a hold whose token it has: `never`, the default, or `free`, where nothing is paid for; then without a `payment_ref`.
       * @enum {string}
       */
      storefront_confirms: 'never' | 'free'
    }
    /** @description What is left out stays as it is. */
    PolicyChange: {
      /** @description Units that one customer may have, held and confirmed; null: no limit. */
      customer_units_max?: number | null
      /** @description Holds that one customer may have open at once; null: no limit. */
      customer_holds_max?: number | null
      /** @description The longest that a hold may be asked to last. */
      hold_seconds_max?: number
      /** @description How old a hold may become by being extended. */
      hold_age_seconds_max?: number
      /**
       * @description Whether the payment of a reservation that is cancelled is due back: `always`, the default, or `never`.
       * @enum {string}
       */
      refund_on_cancel?: 'always' | 'never'
      /**
       * @description Whether a storefront's key may confirm a hold whose token it has: `never`, the default, or `free`, where nothing is paid for; then without a `payment_ref`.
       * @enum {string}
       */
      storefront_confirms?: 'never' | 'free'
    }
    /** @description What is on sale: an event, a turf, a hotel. */
    Listing: {
      id: string
      /** @description What people call it. */
      name: string
      /** @description An IANA time zone. */
      time_zone: string
      policy: components['schemas']['Policy']
      /** @description Nothing new is sold. What is sold stays, and can be confirmed, given back and changed away. */
      archived: boolean
      /**
       * @description The seller's own keys: at most 50 keys of 40 characters without brackets, with values of 500. A storefront's key neither sends nor sees them. No place for what is personal: that belongs in the contact.
       * @example {
       *       "order": "6735"
       *     }
       */
      metadata?: {
        [key: string]: string
      }
      created_at: string
    }
    ListingPage: {
      items: components['schemas']['Listing'][]
      /** @description Where the next page begins; null when this is the last one. */
      next_cursor: string | null
    }
    NewListing: {
      /** @description What people call it. */
      name: string
      /** @description An IANA time zone. */
      time_zone?: string
      policy?: components['schemas']['PolicyChange']
      /**
       * @description The seller's own keys: at most 50 keys of 40 characters without brackets, with values of 500. A storefront's key neither sends nor sees them. No place for what is personal: that belongs in the contact.
       * @example {
       *       "order": "6735"
       *     }
       */
      metadata?: {
        [key: string]: string
      }
      /** @description Why; the journal keeps it. */
      reason?: string
    }
    /** @description What is left out stays as it is. */
    ListingChange: {
      /** @description What people call it. */
      name?: string
      /** @description An IANA time zone. */
      time_zone?: string
      policy?: components['schemas']['PolicyChange']
      /**
       * @description Keys that are left out stay as they are; null removes one. In all, at most 50 keys of 40 characters without brackets, with values of 500.
       * @example {
       *       "order": "6735",
       *       "campaign": null
       *     }
       */
      metadata?: {
        [key: string]: string | null
      }
      /** @description Why; the journal keeps it. */
      reason?: string
    }
    /** @description What a listing sells places on: a hotel, a court. */
    Resource: {
      id: string
      listing_id: string
      /** @description What people call it. */
      name: string
      /** @description Sold to one customer at a time, as slots or ranges. */
      exclusive: boolean
      /** @description Its own; null: the listing's. */
      time_zone: string | null
      /** @description How many minutes before a slot or a range begins, or before a night is over, it is booked at the latest. Default 0. */
      notice_minutes: number
      /** @description How many days after today the last day is that can be booked, by the clock where the resource is; null, the default: there is no last day. */
      horizon_days: number | null
      /** @description Nothing new is sold. What is sold stays, and can be confirmed, given back and changed away. */
      archived: boolean
      /**
       * @description The seller's own keys: at most 50 keys of 40 characters without brackets, with values of 500. A storefront's key neither sends nor sees them. No place for what is personal: that belongs in the contact.
       * @example {
       *       "order": "6735"
       *     }
       */
      metadata?: {
        [key: string]: string
      }
      created_at: string
    }
    ResourcePage: {
      items: components['schemas']['Resource'][]
      /** @description Where the next page begins; null when this is the last one. */
      next_cursor: string | null
    }
    NewResource: {
      /** @description What people call it. */
      name: string
      /** @description Sold to one customer at a time, as slots or ranges; default false. */
      exclusive?: boolean
      /** @description An IANA time zone. */
      time_zone?: string
      /** @description How many minutes before a slot or a range begins, or before a night is over, it is booked at the latest. Default 0. */
      notice_minutes?: number
      /** @description How many days after today the last day is that can be booked, by the clock where the resource is; null, the default: there is no last day. */
      horizon_days?: number | null
      /**
       * @description The seller's own keys: at most 50 keys of 40 characters without brackets, with values of 500. A storefront's key neither sends nor sees them. No place for what is personal: that belongs in the contact.
       * @example {
       *       "order": "6735"
       *     }
       */
      metadata?: {
        [key: string]: string
      }
      /** @description Why; the journal keeps it. */
      reason?: string
    }
    /** @description What is left out stays as it is. */
    ResourceChange: {
      /** @description What people call it. */
      name?: string
      /** @description An IANA time zone, or null for the listing's. With another one nights, the cut-offs of blocks and free slots are computed again. */
      time_zone?: string | null
      /** @description How many minutes before a slot or a range begins, or before a night is over, it is booked at the latest. Default 0. */
      notice_minutes?: number
      /** @description How many days after today the last day is that can be booked, by the clock where the resource is; null, the default: there is no last day. */
      horizon_days?: number | null
      /**
       * @description Keys that are left out stay as they are; null removes one. In all, at most 50 keys of 40 characters without brackets, with values of 500.
       * @example {
       *       "order": "6735",
       *       "campaign": null
       *     }
       */
      metadata?: {
        [key: string]: string | null
      }
      /** @description Why; the journal keeps it. */
      reason?: string
    }
    /** @description A countable stock on a resource. */
    Pool: {
      id: string
      listing_id: string
      resource_id: string
      capacity: number
      taken: number
      /** @description What is left: capacity less taken. */
      available: number
      /** @description Rises with every change. */
      version: number
    }
    PoolPage: {
      items: components['schemas']['Pool'][]
      /** @description Where the next page begins; null when this is the last one. */
      next_cursor: string | null
    }
    NewPool: {
      resource_id: string
      capacity: number
      /** @description Why; the journal keeps it. */
      reason?: string
    }
    PoolChange: {
      capacity: number
      /** @description Why; the journal keeps it. */
      reason?: string
      /** @description Why more may stay taken than there is from now on; the journal keeps it. Without it a capacity below what is taken is refused. */
      override_reason?: string
    }
    TimeSpan: {
      from: string
      to: string
    }
    /** @description Buffers that are left out are none; between two customers all three are kept, one after the other. `slots` need `slot_minutes`; `capacity` is 1 without it. `ranges` are in steps of 15 minutes, from one step to a day, where nothing else is said. */
    NewSchedule: {
      /**
       * @description In slots of one length, or by any start and end within the opening hours.
       * @enum {string}
       */
      sold_by: 'slots' | 'ranges'
      weekly: {
        days: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[]
        /**
         * @description By the clock where the resource is.
         * @example 08:00
         * @example 22:00
         */
        from: string
        /**
         * @description Not later than `from`: on the day after.
         * @example 08:00
         * @example 22:00
         */
        to: string
      }[]
      exceptions?: {
        date: string
        /** @description Instead of those of the weekday; none: closed. */
        hours: {
          /**
           * @description By the clock where the resource is.
           * @example 08:00
           * @example 22:00
           */
          from: string
          /**
           * @description Not later than `from`: on the day after.
           * @example 08:00
           * @example 22:00
           */
          to: string
        }[]
      }[]
      /** @description Kept free between two customers. */
      buffer_minutes?: number
      /** @description Kept free before each customer, within the opening hours. */
      buffer_before_minutes?: number
      /** @description Kept free after each customer, within the opening hours. */
      buffer_after_minutes?: number
      /** @description With `slots`: how long each lasts. */
      slot_minutes?: number
      /** @description With `slots`: places in each; 1 where the resource is exclusive. */
      capacity?: number
      /** @description With `ranges`: the shortest that is sold. */
      min_minutes?: number
      /** @description With `ranges`: the longest that is sold. */
      max_minutes?: number
      /** @description With `ranges`: starts, counted from the opening by the clock on the wall, and lengths are whole steps. */
      step_minutes?: number
      /** @description Why; the journal keeps it. */
      reason?: string
    }
    Schedule: {
      resource_id: string
      /** @description Whose clocks the hours are told by. */
      time_zone: string
      /**
       * @description In slots of one length, or by any start and end within the opening hours.
       * @enum {string}
       */
      sold_by: 'slots' | 'ranges'
      weekly: {
        days: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[]
        /**
         * @description By the clock where the resource is.
         * @example 08:00
         * @example 22:00
         */
        from: string
        /**
         * @description Not later than `from`: on the day after.
         * @example 08:00
         * @example 22:00
         */
        to: string
      }[]
      exceptions: {
        date: string
        /** @description Instead of those of the weekday; none: closed. */
        hours: {
          /**
           * @description By the clock where the resource is.
           * @example 08:00
           * @example 22:00
           */
          from: string
          /**
           * @description Not later than `from`: on the day after.
           * @example 08:00
           * @example 22:00
           */
          to: string
        }[]
      }[]
      /** @description Kept free between two customers. */
      buffer_minutes: number
      /** @description Kept free before each customer, within the opening hours. */
      buffer_before_minutes: number
      /** @description Kept free after each customer, within the opening hours. */
      buffer_after_minutes: number
      /** @description With `slots`: how long each lasts. */
      slot_minutes?: number
      /** @description With `slots`: places in each; 1 where the resource is exclusive. */
      capacity?: number
      /** @description With `ranges`: the shortest that is sold. */
      min_minutes?: number
      /** @description With `ranges`: the longest that is sold. */
      max_minutes?: number
      /** @description With `ranges`: starts, counted from the opening by the clock on the wall, and lengths are whole steps. */
      step_minutes?: number
      /** @description Rises with every change. */
      version: number
    }
    /** @description By the clock where the resource is. */
    DateRange: {
      from: string
      to: string
      /** @description Why; the journal keeps it. */
      reason?: string
    }
    GeneratedSlots: {
      /** @description New, or on sale again after they had been closed. */
      opened: number
      /** @description There already, and as they should be. */
      kept: number
      /** @description Not in the schedule any more, and nobody had them. */
      closed: number
      /** @description In the schedule, but somebody has that time, or some of it. */
      blocked: components['schemas']['TimeSpan'][]
    }
    /** @description A pool that is bound to a time. */
    Slot: {
      pool_id: string
      from: string
      to: string
      capacity: number
      taken: number
      available: number
      /** @description Not on offer any more. */
      closed: boolean
      /** @description Rises with every change. */
      version: number
    }
    ResourceSlots: {
      resource_id: string
      time_zone: string
      /** @description In order of time. */
      slots: components['schemas']['Slot'][]
    }
    PoolAvailability: {
      pool_id: string
      resource: {
        id: string
        name: string
      }
      capacity: number
      taken: number
      /** @description What is left: capacity less taken. */
      available: number
      /** @description Rises with every change. */
      version: number
    }
    TimedPool: {
      pool_id: string
      from: string
      to: string
      capacity: number
      /** @description What is left: capacity less taken. */
      available: number
    }
    ResourceAvailability: {
      id: string
      name: string
      /** @description Those that begin on the dates and are on offer, in order of time. */
      pools: components['schemas']['TimedPool'][]
      /** @description Where the resource is sold by ranges: what is open and nobody has, buffers kept. In a `change` only when it is different, and then all of it. */
      free?: components['schemas']['TimeSpan'][]
      /** @description In a `change`: pools that are on offer no more, and ranges that nobody has any more. */
      gone?: string[]
    }
    /** @description Advice, not a promise: only a hold or a reservation takes units. */
    Availability: {
      listing_id: string
      /** @description Rises with every take, give-back, change of capacity and new pool. */
      version: number
      /** @description Those that are not bound to a time. */
      pools: components['schemas']['PoolAvailability'][]
      from?: string
      to?: string
      /** @description When `from` and `to` are asked for: what is sold by time on these dates. */
      resources?: components['schemas']['ResourceAvailability'][]
    }
    /** @description Opens the live streams of one listing, as the key that got it may, until `expires_at`, a minute from now, or until the key is revoked. It opens nothing else. A stream that is open goes on. */
    LiveTicket: {
      ticket: string
      expires_at: string
    }
    Night: {
      night: string
      pool_id: string
      capacity: number
      taken: number
      /** @description What is left: capacity less taken; 0 for a night that is over, too soon or too far away. */
      available: number
      /** @description How many nights whoever arrives on this date stays at the least. */
      minimum_stay: number
      /** @description How many nights whoever arrives on this date stays at the most; null: no limit. */
      maximum_stay: number | null
      /** @description True: nobody arrives on this date. */
      closed_to_arrival: boolean
      /** @description True: nobody leaves on this date. */
      closed_to_departure: boolean
      /** @description False: no new stay takes this night. */
      on_sale: boolean
      /** @description Rises with every change. */
      version: number
    }
    /** @description Advice, not a promise: only a hold or a reservation takes rooms. */
    Nights: {
      listing_id: string
      resource_id: string
      from: string
      to: string
      /** @description Those that are set up, in their order. */
      nights: components['schemas']['Night'][]
    }
    /** @description At most 731 nights. Nights that are not there yet are made, with a minimum stay of 1, no maximum, on sale, and open to arrivals and departures, unless something else is said; of the others what is left out stays. */
    NightsChange: {
      from: string
      to: string
      /** @description Rooms for each night, whether they are taken or not. */
      capacity: number
      /** @description How many nights whoever arrives on this date stays at the least. */
      minimum_stay?: number
      /** @description How many nights whoever arrives on this date stays at the most; null: no limit. */
      maximum_stay?: number | null
      /** @description True: nobody arrives on this date. */
      closed_to_arrival?: boolean
      /** @description True: nobody leaves on this date. */
      closed_to_departure?: boolean
      /** @description False: no new stay takes this night. */
      on_sale?: boolean
      /** @description Why; the journal keeps it. */
      reason?: string
      /** @description Why more may stay taken than there is from now on; the journal keeps it. Without it a capacity below what is taken is refused. */
      override_reason?: string
    }
    BlockNight: {
      night: string
      /** @description Rooms that were contracted. */
      blocked: number
      /** @description Of these, rooms that guests have. */
      picked_up: number
      /** @description Rooms that can still be picked up. */
      left: number
    }
    /** @description Tentative takes nothing, definite has its rooms, released has given back what was not picked up. */
    Block: {
      id: string
      listing_id: string
      /** @description For whom the rooms are set aside. */
      name: string
      resource_id: string
      from: string
      to: string
      /** @description Rooms for each night. */
      quantity: number
      cut_off: string
      state: 'tentative' | 'definite' | 'released'
      /** @description Rises with every change of the block itself. */
      version: number
      created_at: string
      updated_at: string
    }
    BlockPage: {
      items: components['schemas']['Block'][]
      /** @description Where the next page begins; null when this is the last one. */
      next_cursor: string | null
    }
    /** @description A block with its pick-up, night by night. */
    BlockReport: {
      id: string
      listing_id: string
      /** @description For whom the rooms are set aside. */
      name: string
      resource_id: string
      from: string
      to: string
      /** @description Rooms for each night. */
      quantity: number
      cut_off: string
      state: 'tentative' | 'definite' | 'released'
      /** @description Rises with every change of the block itself. */
      version: number
      created_at: string
      updated_at: string
      nights: components['schemas']['BlockNight'][]
    }
    /** @description At most 90 nights. The cut-off is no later than the last night. */
    NewBlock: {
      /** @description For whom the rooms are set aside. */
      name: string
      resource_id: string
      from: string
      to: string
      /** @description Rooms for each night. */
      quantity: number
      cut_off: string
      /** @description Why; the journal keeps it. */
      reason?: string
    }
    /** @description Units of a pool. Of a stay there is one for each night, with its date; of a slot or a range it is told when it begins and ends. */
    Line: {
      pool_id: string
      quantity: number
      resource_id?: string
      block_id?: string
      night?: string
      from?: string
      to?: string
    }
    /** @description Units of a pool: `pool_id`. Or time on a resource: `resource_id`, `from` and `to`, a slot that begins and ends then, or any range where ranges are sold. Or rooms for every night of a stay: `resource_id`, or `block_id` for rooms of a block, with `check_in` and `check_out`. */
    WantedLine: {
      pool_id?: string
      resource_id?: string
      block_id?: string
      /**
       * @description RFC 3339, in UTC or with an offset.
       * @example 2038-06-01T18:00:00Z
       * @example 2038-06-01T18:00+02:00
       */
      from?: string
      /**
       * @description RFC 3339, in UTC or with an offset.
       * @example 2038-06-01T18:00:00Z
       * @example 2038-06-01T18:00+02:00
       */
      to?: string
      check_in?: string
      check_out?: string
      /** @description Default 1. */
      quantity?: number
    }
    Reservation: {
      id: string
      listing_id: string
      state: 'held' | 'confirmed' | 'released' | 'expired' | 'cancelled'
      customer: string
      /** @description One per pool: what it is for, or was for. */
      lines: components['schemas']['Line'][]
      /** @description Rises with every change; the ETag quotes it. */
      version: number
      created_at: string
      updated_at: string
      expires_at: string | null
      /** @description The payment that confirmed it. */
      payment_ref: string | null
      /** @description Money is to be given back: the list of refunds says which payment. */
      refund_due: boolean
      contact?: components['schemas']['Contact']
      /**
       * @description The seller's own keys: at most 50 keys of 40 characters without brackets, with values of 500. A storefront's key neither sends nor sees them. No place for what is personal: that belongs in the contact.
       * @example {
       *       "order": "6735"
       *     }
       */
      metadata?: {
        [key: string]: string
      }
    }
    ReservationPage: {
      items: components['schemas']['Reservation'][]
      /** @description Where the next page begins; null when this is the last one. */
      next_cursor: string | null
    }
    CreatedReservation: {
      id: string
      listing_id: string
      state: 'held' | 'confirmed' | 'released' | 'expired' | 'cancelled'
      customer: string
      /** @description One per pool: what it is for, or was for. */
      lines: components['schemas']['Line'][]
      /** @description Rises with every change; the ETag quotes it. */
      version: number
      created_at: string
      updated_at: string
      expires_at: string | null
      /** @description The payment that confirmed it. */
      payment_ref: string | null
      /** @description Money is to be given back: the list of refunds says which payment. */
      refund_due: boolean
      contact?: components['schemas']['Contact']
      /**
       * @description The seller's own keys: at most 50 keys of 40 characters without brackets, with values of 500. A storefront's key neither sends nor sees them. No place for what is personal: that belongs in the contact.
       * @example {
       *       "order": "6735"
       *     }
       */
      metadata?: {
        [key: string]: string
      }
      /** @description Proves, in the header `Holdfast-Token`, that a caller with a storefront key is the one who made this reservation. Whoever has it may act on the reservation. */
      token: string
      /** @description With `repeat`: the times that were not to be had, and why. */
      skipped?: {
        resource_id: string
        from: string
        to: string
        code: 'slot_taken' | 'insufficient_capacity' | 'not_offered'
      }[]
    }
    ConfirmedReservation: {
      id: string
      listing_id: string
      state: 'held' | 'confirmed' | 'released' | 'expired' | 'cancelled'
      customer: string
      /** @description One per pool: what it is for, or was for. */
      lines: components['schemas']['Line'][]
      /** @description Rises with every change; the ETag quotes it. */
      version: number
      created_at: string
      updated_at: string
      expires_at: string | null
      /** @description The payment that confirmed it. */
      payment_ref: string | null
      /** @description Money is to be given back: the list of refunds says which payment. */
      refund_due: boolean
      contact?: components['schemas']['Contact']
      /**
       * @description The seller's own keys: at most 50 keys of 40 characters without brackets, with values of 500. A storefront's key neither sends nor sees them. No place for what is personal: that belongs in the contact.
       * @example {
       *       "order": "6735"
       *     }
       */
      metadata?: {
        [key: string]: string
      }
      /** @description The hold was over already, and its units were still to be had. */
      reacquired?: boolean
    }
    /** @description With `hold_seconds` it is born held, without it is confirmed at once. */
    NewReservation: {
      /**
       * @description One e-mail address, or any printable text without an @ that names the customer. Spellings of one customer are one: an address has no case, and what nobody sees does not count.
       * @example ada@example.com
       */
      customer: string
      /** @description All or nothing. Several lines on one pool or night count together. */
      lines: components['schemas']['WantedLine'][]
      /** @description How long to hold the units from now on; the listing has its own limit. */
      hold_seconds?: number
      /** @description The same local time, week after week, on whichever side of a change of the clocks. Lines are slots or times, and at most 50 with all repetitions. */
      repeat?: {
        /** @description How many weeks in all, the first one included. */
        weeks: number
        /**
         * @description Default `refuse`: all weeks or none. `skip` takes those that are to be had.
         * @enum {string}
         */
        when_taken?: 'refuse' | 'skip'
      }
      /** @description For a seller's key: what is over, has begun or is too soon may be taken, too, for what is entered after the fact. Default false. */
      allow_past?: boolean
      contact?: components['schemas']['Contact']
      /**
       * @description The seller's own keys: at most 50 keys of 40 characters without brackets, with values of 500. A storefront's key neither sends nor sees them. No place for what is personal: that belongs in the contact.
       * @example {
       *       "order": "6735"
       *     }
       */
      metadata?: {
        [key: string]: string
      }
      /** @description Why; the journal keeps it. */
      reason?: string
    }
    ReservationChange: {
      /** @description All or nothing. Several lines on one pool or night count together. */
      lines: components['schemas']['WantedLine'][]
      /** @description For a seller's key: what is over, has begun or is too soon may be taken, too, for what is entered after the fact. Default false. */
      allow_past?: boolean
      /** @description Why; the journal keeps it. */
      reason?: string
    }
    /** @description With a payment, an expired hold takes its units again if they are free. */
    Confirmation: {
      /** @description The payment, by the name that the payment provider gave it. */
      payment_ref?: string
      /** @description Why; the journal keeps it. */
      reason?: string
    }
    Extension: {
      /** @description How long to hold the units from now on; the listing has its own limit. */
      hold_seconds: number
      /** @description Why; the journal keeps it. */
      reason?: string
    }
    /** @description No body, or an empty object. */
    NoFields: Record<string, never>
    /** @description No body, or why. */
    Reasoned: {
      /** @description Why; the journal keeps it. */
      reason?: string
    }
    /** @description A feed that calendars subscribe to. */
    Calendar: {
      id: string
      listing_id: string
      resource_id: string | null
      /**
       * @description `staff`: who has booked what, and how to reach them. `public`: when something is taken, never by whom.
       * @enum {string}
       */
      audience: 'staff' | 'public'
      created_at: string
      revoked_at: string | null
    }
    CalendarPage: {
      items: components['schemas']['Calendar'][]
      /** @description Where the next page begins; null when this is the last one. */
      next_cursor: string | null
    }
    IssuedCalendar: {
      id: string
      listing_id: string
      resource_id: string | null
      /**
       * @description `staff`: who has booked what, and how to reach them. `public`: when something is taken, never by whom.
       * @enum {string}
       */
      audience: 'staff' | 'public'
      created_at: string
      revoked_at: string | null
      /** @description Where calendars read it, at this server: `/calendars/{token}.ics`. The token is shown this once; whoever has it reads the feed until it is revoked. */
      path: string
    }
    NewCalendar: {
      /**
       * @description `staff`: who has booked what, and how to reach them. `public`: when something is taken, never by whom.
       * @enum {string}
       */
      audience: 'staff' | 'public'
      resource_id?: string
    }
    /** @description How to reach who a reservation is for. Shown to the seller, and to who has the reservation's token; kept apart from everything else, so that it can be erased. */
    Contact: {
      /**
       * @description The name of the person.
       * @example Ada Lovelace
       */
      name?: string
      /**
       * @description One e-mail address, without a name around it.
       * @example ada@example.com
       */
      email?: string
      /**
       * @description Digits, a `+` before them, and what people write between them.
       * @example +44 20 7946 0958
       */
      phone?: string
      /**
       * @description The language that the person reads: a BCP 47 tag.
       * @example en
       * @example pt-BR
       */
      locale?: string
      /**
       * @description What the person wants the seller to know, on one line.
       * @example We arrive late
       */
      note?: string
    }
    /** @description What is left out stays as it is. */
    Description: {
      /** @description What is left out stays as it is; null removes one field, or all of them. */
      contact?: {
        /**
         * @description The name of the person.
         * @example Ada Lovelace
         */
        name?: string | null
        /**
         * @description One e-mail address, without a name around it.
         * @example ada@example.com
         */
        email?: string | null
        /**
         * @description Digits, a `+` before them, and what people write between them.
         * @example +44 20 7946 0958
         */
        phone?: string | null
        /**
         * @description The language that the person reads: a BCP 47 tag.
         * @example en
         * @example pt-BR
         */
        locale?: string | null
        /**
         * @description What the person wants the seller to know, on one line.
         * @example We arrive late
         */
        note?: string | null
      } | null
      /**
       * @description Keys that are left out stay as they are; null removes one. In all, at most 50 keys of 40 characters without brackets, with values of 500.
       * @example {
       *       "order": "6735",
       *       "campaign": null
       *     }
       */
      metadata?: {
        [key: string]: string | null
      }
      /** @description Why; the journal keeps it. */
      reason?: string
    }
    /** @description Names are in the body, because URLs end up in logs. */
    CustomerChange: {
      /**
       * @description One e-mail address, or any printable text without an @ that names the customer. Spellings of one customer are one: an address has no case, and what nobody sees does not count.
       * @example ada@example.com
       */
      customer: string
      /**
       * @description One e-mail address, or any printable text without an @ that names the customer. Spellings of one customer are one: an address has no case, and what nobody sees does not count.
       * @example ada@example.com
       */
      becomes: string
      /** @description True when the reservations of another customer of the new name are the same person's; default false, which refuses them as `customer_exists`. */
      merge?: boolean
      /** @description Why; the journal keeps it. */
      reason?: string
    }
    ChangedCustomer: {
      /** @description The name from now on, in its normal form. */
      customer: string
      /** @description How many reservations have another customer now. */
      reservations: number
      /** @description There were reservations of that name already. */
      merged: boolean
    }
    /** @description The name is in the body, because URLs end up in logs. */
    CustomerName: {
      /**
       * @description One e-mail address, or any printable text without an @ that names the customer. Spellings of one customer are one: an address has no case, and what nobody sees does not count.
       * @example ada@example.com
       */
      customer: string
    }
    /** @description Everything that is known about a customer of a listing. */
    CustomerExport: {
      listing_id: string
      /** @description The name in its normal form. */
      customer: string
      exported_at: string
      /** @description The oldest first. */
      reservations: components['schemas']['Reservation'][]
      refunds: components['schemas']['KnownRefund'][]
      /** @description Every change, the oldest first. */
      journal: components['schemas']['JournalEntry'][]
      /** @description As long as the outbox keeps them. */
      notices: components['schemas']['Notice'][]
    }
    KnownRefund: {
      reservation_id: string
      payment_ref: string
      reason: string
      due_since: string
      settled_at: string | null
    }
    /** @description Word of what happened to a reservation, to somebody outside. */
    Notice: {
      reservation_id: string
      /** @example reservation.confirmed */
      kind: string
      at: string
      /** @description Who was told, or is to be told: `email:customer`, or an endpoint of a webhook. */
      destination: string
      /** @example delivered */
      state: string
      ended_at: string | null
    }
    /** @description The journal keeps the reason: leave names out of it. */
    CustomerErasure: {
      /**
       * @description One e-mail address, or any printable text without an @ that names the customer. Spellings of one customer are one: an address has no case, and what nobody sees does not count.
       * @example ada@example.com
       */
      customer: string
      /** @description Why; the journal keeps it. */
      reason?: string
    }
    ErasedCustomer: {
      /** @description What stands in place of the name from now on. */
      customer: string
      /** @description How many reservations have it. */
      reservations: number
    }
    /** @description A payment that is due back, with the reservation that it came for. A reservation may have several. */
    Refund: {
      id: string
      listing_id: string
      state: 'held' | 'confirmed' | 'released' | 'expired' | 'cancelled'
      customer: string
      /** @description One per pool: what it is for, or was for. */
      lines: components['schemas']['Line'][]
      /** @description Rises with every change; the ETag quotes it. */
      version: number
      created_at: string
      updated_at: string
      expires_at: string | null
      /** @description The payment that is due back. */
      payment_ref: string
      /** @description False once it is settled. */
      refund_due: boolean
      contact?: components['schemas']['Contact']
      /**
       * @description The seller's own keys: at most 50 keys of 40 characters without brackets, with values of 500. A storefront's key neither sends nor sees them. No place for what is personal: that belongs in the contact.
       * @example {
       *       "order": "6735"
       *     }
       */
      metadata?: {
        [key: string]: string
      }
      /**
       * @description Why it is due: `cancelled`, or the code of the refusal of the request that had this payment.
       * @example capacity_gone
       */
      reason: string
      due_since: string
      settled_at: string | null
    }
    RefundPage: {
      items: components['schemas']['Refund'][]
      /** @description Where the next page begins; null when this is the last one. */
      next_cursor: string | null
    }
    /** @description No body, or which payment was given back. */
    Settlement: {
      /** @description Which payment was given back. May be left out while only one is due. */
      payment_ref?: string
      /** @description Why; the journal keeps it. */
      reason?: string
    }
    Move: {
      pool_id: string
      quantity: number
      version: number
    }
    RefundStep: {
      payment_ref: string
      /** @description Why it was due: `cancelled`, or the code of a refusal. */
      reason: string
      /**
       * @description `withdrawn`: the payment has paid for a reservation after all.
       * @enum {string}
       */
      becomes: 'due' | 'settled' | 'withdrawn'
    }
    /** @description One change. Entries are never changed and never deleted, but for the reasons of a customer who was erased. */
    JournalEntry: {
      id: string
      at: string
      kind:
        | 'held'
        | 'confirmed'
        | 'released'
        | 'cancelled'
        | 'expired'
        | 'extended'
        | 'changed'
        | 'refund_due'
        | 'refund_settled'
        | 'refund_withdrawn'
        | 'customer_changed'
        | 'customer_erased'
        | 'described'
        | 'pool_opened'
        | 'capacity_changed'
        | 'time_changed'
        | 'night_terms_changed'
        | 'listing_opened'
        | 'listing_changed'
        | 'listing_archived'
        | 'listing_unarchived'
        | 'resource_opened'
        | 'resource_changed'
        | 'resource_archived'
        | 'resource_unarchived'
        | 'schedule_set'
        | 'block_opened'
        | 'block_definite'
        | 'block_released'
      /** @description The reservation that changed. */
      reservation_id: string | null
      /** @description The pool that was created, or whose capacity, time or terms changed. */
      pool_id: string | null
      /** @description The resource that was set, or whose schedule was. */
      resource_id: string | null
      /** @description The block that was set. */
      block_id: string | null
      /** @description Who did it: `key:` and the id of an API key, `app:` and the name of an application, or `system`; null for entries that are older than this field. */
      actor: string | null
      /** @description Why, where the actor said so. */
      reason: string | null
      /** @description What the reservation, the pool or what was set has from then on. */
      version: number
      /** @description Units that were taken. */
      taken?: components['schemas']['Move'][]
      /** @description Units that were given back. */
      given_back?: components['schemas']['Move'][]
      expires_at?: string
      payment_ref?: string
      refunds?: components['schemas']['RefundStep'][]
      capacity_from?: number
      capacity_to?: number
      /** @description What was set before, of what changed, by the names of the columns. */
      settings_from?: {
        [key: string]: unknown
      }
      /** @description What is set from then on. */
      settings_to?: {
        [key: string]: unknown
      }
    }
    JournalEntryPage: {
      items: components['schemas']['JournalEntry'][]
      /** @description Where the next page begins; null when this is the last one. */
      next_cursor: string | null
    }
    /** @description A row at which something does not add up. */
    Drift: {
      listing_id: string
      /** @description Which two tellings of the history disagree. */
      check: string
      /** @description Of the row that does not add up. */
      table: string
      /** @description The row within its listing: its id, or the parts of its key with slashes between. */
      key: string
      /** @description `row` when the row itself is missing, doubled or too much. */
      column: string
      expected: string | number | boolean | null
      actual: string | number | boolean | null
    }
    AuditReport: {
      ok: boolean
      /** @description How many were looked at. */
      pools: number
      /** @description How many were looked at. */
      reservations: number
      drift: components['schemas']['Drift'][]
    }
    /** @description A delivery that was given up. It stays until it is sent again or dismissed. */
    DeadLetter: {
      id: string
      event_id: string
      kind:
        | 'reservation.held'
        | 'reservation.confirmed'
        | 'reservation.released'
        | 'reservation.expired'
        | 'reservation.cancelled'
        | 'reservation.changed'
        | 'reservation.extended'
        | 'refund.due'
        | 'refund.settled'
        | 'block.definite'
        | 'block.released'
        | 'block.closing'
        | 'capacity.changed'
        | 'delivery.dead'
      subject_id: string
      /** @description Who was to be told: `email:customer`, for one. */
      destination: string
      attempts: number
      /** @description What the destination answered last: a status of SMTP or HTTP. */
      status: number | null
      /** @description Why the last attempt failed. */
      reason: string | null
      /**
       * @description `dead` on the list; `due` once it is sent again, `needless` once it is dismissed.
       * @enum {string}
       */
      state: 'due' | 'dead' | 'needless'
      ended_at: string | null
    }
    DeadLetterPage: {
      items: components['schemas']['DeadLetter'][]
      /** @description Where the next page begins; null when this is the last one. */
      next_cursor: string | null
    }
    ApiKey: {
      id: string
      /** @description Whose key it is, or what it is for. */
      name: string
      scope: 'admin' | 'seller' | 'storefront'
      /** @description The part of the key between the underscores; no secret. */
      prefix: string
      /** @description The listings that it may touch, the newest 100 of them; empty for an admin. */
      listing_ids: string[]
      /** @description Of the pages that may use it; `*` for every one. */
      origins: string[]
      created_at: string
      last_used_at: string | null
      revoked_at: string | null
    }
    ApiKeyPage: {
      items: components['schemas']['ApiKey'][]
      /** @description Where the next page begins; null when this is the last one. */
      next_cursor: string | null
    }
    IssuedApiKey: {
      id: string
      /** @description Whose key it is, or what it is for. */
      name: string
      scope: 'admin' | 'seller' | 'storefront'
      /** @description The part of the key between the underscores; no secret. */
      prefix: string
      /** @description The listings that it may touch, the newest 100 of them; empty for an admin. */
      listing_ids: string[]
      /** @description Of the pages that may use it; `*` for every one. */
      origins: string[]
      created_at: string
      last_used_at: string | null
      revoked_at: string | null
      /** @description The key itself. It is shown this once, and again only to the same request under the same Idempotency-Key. */
      key: string
    }
    NewApiKey: {
      /** @description Whose key it is, or what it is for. */
      name: string
      scope: 'admin' | 'seller' | 'storefront'
      /** @description At least one for a storefront, none for an admin. */
      listing_ids?: string[]
      /** @description For a storefront's key: origins of the web pages that may use it, or `*` for every page; default none, for a page that is served from where the API is. */
      origins?: string[]
    }
    Webhook: {
      id: string
      listing_id: string | null
      /** @description Where events are sent; null while `holdfast webhooks listen` reads them. */
      url: string | null
      /** @description The kinds of events to be told of; empty for every kind, also those still to come. */
      kinds: (
        | 'reservation.held'
        | 'reservation.confirmed'
        | 'reservation.released'
        | 'reservation.expired'
        | 'reservation.cancelled'
        | 'reservation.changed'
        | 'reservation.extended'
        | 'refund.due'
        | 'refund.settled'
        | 'block.definite'
        | 'block.released'
        | 'block.closing'
        | 'capacity.changed'
        | 'delivery.dead'
      )[]
      description: string
      /** @description True: it is told nothing. */
      disabled: boolean
      /**
       * @description `gone`: it answered 410. Null while it is not disabled.
       * @enum {string|null}
       */
      disabled_reason: 'by_hand' | 'gone' | null
      old_secret_until: string | null
      created_at: string
      updated_at: string
    }
    WebhookPage: {
      items: components['schemas']['Webhook'][]
      /** @description Where the next page begins; null when this is the last one. */
      next_cursor: string | null
    }
    IssuedWebhook: {
      id: string
      listing_id: string | null
      /** @description Where events are sent; null while `holdfast webhooks listen` reads them. */
      url: string | null
      /** @description The kinds of events to be told of; empty for every kind, also those still to come. */
      kinds: (
        | 'reservation.held'
        | 'reservation.confirmed'
        | 'reservation.released'
        | 'reservation.expired'
        | 'reservation.cancelled'
        | 'reservation.changed'
        | 'reservation.extended'
        | 'refund.due'
        | 'refund.settled'
        | 'block.definite'
        | 'block.released'
        | 'block.closing'
        | 'capacity.changed'
        | 'delivery.dead'
      )[]
      description: string
      /** @description True: it is told nothing. */
      disabled: boolean
      /**
       * @description `gone`: it answered 410. Null while it is not disabled.
       * @enum {string|null}
       */
      disabled_reason: 'by_hand' | 'gone' | null
      old_secret_until: string | null
      created_at: string
      updated_at: string
      /** @description What its messages are signed with, as `whsec_…`. It is shown this once, and again only to the same request under the same Idempotency-Key. */
      secret: string
    }
    NewWebhook: {
      /** @description Where events are sent: https, a name and no IP address, port 443. All addresses of the name have to be on the public internet, now and with each delivery. */
      url: string
      listing_id?: string
      /** @description The kinds of events to be told of; empty for every kind, also those still to come. */
      kinds?: (
        | 'reservation.held'
        | 'reservation.confirmed'
        | 'reservation.released'
        | 'reservation.expired'
        | 'reservation.cancelled'
        | 'reservation.changed'
        | 'reservation.extended'
        | 'refund.due'
        | 'refund.settled'
        | 'block.definite'
        | 'block.released'
        | 'block.closing'
        | 'capacity.changed'
        | 'delivery.dead'
      )[]
      /** @description What the endpoint is for. */
      description?: string
    }
    WebhookChange: {
      /** @description Where events are sent: https, a name and no IP address, port 443. All addresses of the name have to be on the public internet, now and with each delivery. */
      url?: string
      /** @description The kinds of events to be told of; empty for every kind, also those still to come. */
      kinds?: (
        | 'reservation.held'
        | 'reservation.confirmed'
        | 'reservation.released'
        | 'reservation.expired'
        | 'reservation.cancelled'
        | 'reservation.changed'
        | 'reservation.extended'
        | 'refund.due'
        | 'refund.settled'
        | 'block.definite'
        | 'block.released'
        | 'block.closing'
        | 'capacity.changed'
        | 'delivery.dead'
      )[]
      /** @description What the endpoint is for. */
      description?: string
      /** @description True: it is told nothing from now on. False: it is told again; a replay brings what it missed. */
      disabled?: boolean
    }
    WebhookRotation: {
      /** @description For how long messages are signed with the secret before as well; default a day, 0 for one that others have learnt. */
      keep_old_seconds?: number
    }
    WebhookDelivery: {
      id: string
      event_id: string
      /** @description The kind of the event, or `webhook.test`. */
      kind: string
      listing_id: string | null
      /**
       * @description `due`: to be sent, or sent again. `dead`: given up, and sent again by a replay. `needless`: the endpoint was disabled or gone.
       * @enum {string}
       */
      state: 'due' | 'delivered' | 'dead' | 'needless'
      attempts: number
      /** @description The status that the endpoint answered last; null when there was no answer. */
      status: number | null
      /** @description The first kilobyte of that answer. */
      answer: string | null
      /** @description Why the last attempt failed; null when none did. */
      reason: string | null
      happened_at: string
      attempted_at: string | null
      next_attempt_at: string | null
    }
    WebhookDeliveryPage: {
      items: components['schemas']['WebhookDelivery'][]
      /** @description Where the next page begins; null when this is the last one. */
      next_cursor: string | null
    }
    /** @description Either one delivery, or a span of time: events from `from` until before `to` (default now), those that the endpoint missed while it was disabled too. */
    WebhookReplay: {
      delivery_id?: string
      /**
       * @description RFC 3339, in UTC or with an offset.
       * @example 2038-06-01T18:00:00Z
       * @example 2038-06-01T18:00+02:00
       */
      from?: string
      /**
       * @description RFC 3339, in UTC or with an offset.
       * @example 2038-06-01T18:00:00Z
       * @example 2038-06-01T18:00+02:00
       */
      to?: string
      /** @description True: of a span only what was given up. Default false. */
      only_dead?: boolean
    }
    Replayed: {
      /** @description How many are sent again. */
      deliveries: number
    }
  }
}
export type Problem = components['schemas']['Problem']
export type Policy = components['schemas']['Policy']
export type PolicyChange = components['schemas']['PolicyChange']
export type Listing = components['schemas']['Listing']
export type ListingPage = components['schemas']['ListingPage']
export type NewListing = components['schemas']['NewListing']
export type ListingChange = components['schemas']['ListingChange']
export type Resource = components['schemas']['Resource']
export type ResourcePage = components['schemas']['ResourcePage']
export type NewResource = components['schemas']['NewResource']
export type ResourceChange = components['schemas']['ResourceChange']
export type Pool = components['schemas']['Pool']
export type PoolPage = components['schemas']['PoolPage']
export type NewPool = components['schemas']['NewPool']
export type PoolChange = components['schemas']['PoolChange']
export type TimeSpan = components['schemas']['TimeSpan']
export type NewSchedule = components['schemas']['NewSchedule']
export type Schedule = components['schemas']['Schedule']
export type DateRange = components['schemas']['DateRange']
export type GeneratedSlots = components['schemas']['GeneratedSlots']
export type Slot = components['schemas']['Slot']
export type ResourceSlots = components['schemas']['ResourceSlots']
export type PoolAvailability = components['schemas']['PoolAvailability']
export type TimedPool = components['schemas']['TimedPool']
export type ResourceAvailability = components['schemas']['ResourceAvailability']
export type Availability = components['schemas']['Availability']
export type LiveTicket = components['schemas']['LiveTicket']
export type Night = components['schemas']['Night']
export type Nights = components['schemas']['Nights']
export type NightsChange = components['schemas']['NightsChange']
export type BlockNight = components['schemas']['BlockNight']
export type Block = components['schemas']['Block']
export type BlockPage = components['schemas']['BlockPage']
export type BlockReport = components['schemas']['BlockReport']
export type NewBlock = components['schemas']['NewBlock']
export type Line = components['schemas']['Line']
export type WantedLine = components['schemas']['WantedLine']
export type Reservation = components['schemas']['Reservation']
export type ReservationPage = components['schemas']['ReservationPage']
export type CreatedReservation = components['schemas']['CreatedReservation']
export type ConfirmedReservation = components['schemas']['ConfirmedReservation']
export type NewReservation = components['schemas']['NewReservation']
export type ReservationChange = components['schemas']['ReservationChange']
export type Confirmation = components['schemas']['Confirmation']
export type Extension = components['schemas']['Extension']
export type NoFields = components['schemas']['NoFields']
export type Reasoned = components['schemas']['Reasoned']
export type Calendar = components['schemas']['Calendar']
export type CalendarPage = components['schemas']['CalendarPage']
export type IssuedCalendar = components['schemas']['IssuedCalendar']
export type NewCalendar = components['schemas']['NewCalendar']
export type Contact = components['schemas']['Contact']
export type Description = components['schemas']['Description']
export type CustomerChange = components['schemas']['CustomerChange']
export type ChangedCustomer = components['schemas']['ChangedCustomer']
export type CustomerName = components['schemas']['CustomerName']
export type CustomerExport = components['schemas']['CustomerExport']
export type KnownRefund = components['schemas']['KnownRefund']
export type Notice = components['schemas']['Notice']
export type CustomerErasure = components['schemas']['CustomerErasure']
export type ErasedCustomer = components['schemas']['ErasedCustomer']
export type Refund = components['schemas']['Refund']
export type RefundPage = components['schemas']['RefundPage']
export type Settlement = components['schemas']['Settlement']
export type Move = components['schemas']['Move']
export type RefundStep = components['schemas']['RefundStep']
export type JournalEntry = components['schemas']['JournalEntry']
export type JournalEntryPage = components['schemas']['JournalEntryPage']
export type Drift = components['schemas']['Drift']
export type AuditReport = components['schemas']['AuditReport']
export type DeadLetter = components['schemas']['DeadLetter']
export type DeadLetterPage = components['schemas']['DeadLetterPage']
export type ApiKey = components['schemas']['ApiKey']
export type ApiKeyPage = components['schemas']['ApiKeyPage']
export type IssuedApiKey = components['schemas']['IssuedApiKey']
export type NewApiKey = components['schemas']['NewApiKey']
export type Webhook = components['schemas']['Webhook']
export type WebhookPage = components['schemas']['WebhookPage']
export type IssuedWebhook = components['schemas']['IssuedWebhook']
export type NewWebhook = components['schemas']['NewWebhook']
export type WebhookChange = components['schemas']['WebhookChange']
export type WebhookRotation = components['schemas']['WebhookRotation']
export type WebhookDelivery = components['schemas']['WebhookDelivery']
export type WebhookDeliveryPage = components['schemas']['WebhookDeliveryPage']
export type WebhookReplay = components['schemas']['WebhookReplay']
export type Replayed = components['schemas']['Replayed']

/** Every operation by its `operationId`. */
export interface Operations {
  /** Create a listing. */
  createListing: {
    path: object
    query: object
    body: NewListing
    answer: Listing
    refusals: 'not_found'
  }
  /** List the listings that the key may touch. */
  listListings: {
    path: object
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: ListingPage
    refusals: 'not_found'
  }
  /** Look at a listing. */
  getListing: {
    path: { listing_id: string }
    query: object
    body: undefined
    answer: Listing
    refusals: 'not_found'
  }
  /** Change what a listing is called or allows. */
  changeListing: {
    path: { listing_id: string }
    query: object
    body: ListingChange
    answer: Listing
    refusals: 'not_found' | 'version_mismatch'
  }
  /** Take a listing out of sale. */
  archiveListing: {
    path: { listing_id: string }
    query: object
    body: Reasoned
    answer: Listing
    refusals: 'not_found'
  }
  /** Put a listing on sale again. */
  unarchiveListing: {
    path: { listing_id: string }
    query: object
    body: Reasoned
    answer: Listing
    refusals: 'not_found'
  }
  /** Add a resource. */
  createResource: {
    path: { listing_id: string }
    query: object
    body: NewResource
    answer: Resource
    refusals: 'not_found'
  }
  /** List the resources. */
  listResources: {
    path: { listing_id: string }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: ResourcePage
    refusals: 'not_found'
  }
  /** Look at a resource. */
  getResource: {
    path: { listing_id: string; resource_id: string }
    query: object
    body: undefined
    answer: Resource
    refusals: 'not_found'
  }
  /** Change a resource: its name, its time zone, its notice and horizon. */
  changeResource: {
    path: { listing_id: string; resource_id: string }
    query: object
    body: ResourceChange
    answer: Resource
    refusals: 'not_found' | 'version_mismatch'
  }
  /** Take a resource out of sale. */
  archiveResource: {
    path: { listing_id: string; resource_id: string }
    query: object
    body: Reasoned
    answer: Resource
    refusals: 'not_found'
  }
  /** Put a resource on sale again. */
  unarchiveResource: {
    path: { listing_id: string; resource_id: string }
    query: object
    body: Reasoned
    answer: Resource
    refusals: 'not_found'
  }
  /** Add a pool to a resource. */
  createPool: {
    path: { listing_id: string }
    query: object
    body: NewPool
    answer: Pool
    refusals: 'not_found'
  }
  /** List the pools. */
  listPools: {
    path: { listing_id: string }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: PoolPage
    refusals: 'not_found'
  }
  /** Look at a pool. */
  getPool: {
    path: { listing_id: string; pool_id: string }
    query: object
    body: undefined
    answer: Pool
    refusals: 'not_found'
  }
  /** Set a pool's capacity. */
  changePool: {
    path: { listing_id: string; pool_id: string }
    query: object
    body: PoolChange
    answer: Pool
    refusals: 'not_found' | 'below_taken'
  }
  /** See when a resource is open and how its time is sold. */
  getSchedule: {
    path: { listing_id: string; resource_id: string }
    query: object
    body: undefined
    answer: Schedule
    refusals: 'not_found'
  }
  /** Set or replace a resource's schedule. */
  setSchedule: {
    path: { listing_id: string; resource_id: string }
    query: object
    body: NewSchedule
    answer: Schedule
    refusals: 'not_found' | 'version_mismatch'
  }
  /** Make the slots that begin on some dates, at most a year and 5,000 slots at once. */
  generateSlots: {
    path: { listing_id: string; resource_id: string }
    query: object
    body: DateRange
    answer: GeneratedSlots
    refusals: 'not_found'
  }
  /** See the slots that begin on some dates, closed ones too. */
  getSlots: {
    path: { listing_id: string; resource_id: string }
    query: { from?: string; to?: string }
    body: undefined
    answer: ResourceSlots
    refusals: 'not_found'
  }
  /** See what is left. */
  getAvailability: {
    path: { listing_id: string }
    query: { from?: string; to?: string; resource_id?: string }
    body: undefined
    answer: Availability
    refusals: 'not_found'
  }
  /** Follow what is left. */
  followAvailability: {
    path: { listing_id: string }
    query: { from?: string; to?: string; resource_id?: string; ticket?: string }
    body: undefined
    answer: string
    refusals: 'not_found'
  }
  /** Get a ticket for a stream. */
  createLiveTicket: {
    path: { listing_id: string }
    query: object
    body: NoFields
    answer: LiveTicket
    refusals: 'not_found'
  }
  /** Set how many rooms there are each night. */
  setNights: {
    path: { listing_id: string; resource_id: string }
    query: object
    body: NightsChange
    answer: Nights
    refusals: 'not_found' | 'below_taken'
  }
  /** See what is left, night by night. */
  getNights: {
    path: { listing_id: string; resource_id: string }
    query: { from: string; to: string }
    body: undefined
    answer: Nights
    refusals: 'not_found'
  }
  /** Hold or reserve, all lines or none. */
  createReservation: {
    path: { listing_id: string }
    query: object
    body: NewReservation
    answer: CreatedReservation
    refusals:
      | 'not_found'
      | 'unknown_pool'
      | 'unknown_resource'
      | 'archived'
      | 'slot_taken'
      | 'not_offered'
      | 'block_not_open'
      | 'nights_not_on_sale'
      | 'minimum_stay'
      | 'maximum_stay'
      | 'closed_to_arrival'
      | 'closed_to_departure'
      | 'insufficient_capacity'
      | 'exceeds_capacity'
      | 'hold_limit'
      | 'customer_limit'
      | 'ttl_out_of_range'
  }
  /** List reservations, the newest first unless `first` says otherwise. */
  listReservations: {
    path: { listing_id: string }
    query: {
      limit?: number
      cursor?: string
      state?: string
      customer?: string
      contact?: string
      payment_ref?: string
      created_since?: string
      created_until?: string
      resource_id?: string
      overlaps_from?: string
      overlaps_until?: string
      metadata?: Record<string, string>
      first?: 'newest' | 'oldest'
    }
    body: undefined
    answer: ReservationPage
    refusals: 'not_found'
  }
  /** Look at a reservation. */
  getReservation: {
    path: { listing_id: string; reservation_id: string }
    query: object
    body: undefined
    answer: Reservation
    refusals: 'not_found'
  }
  /** Swap the lines for others, all or nothing. */
  changeReservation: {
    path: { listing_id: string; reservation_id: string }
    query: object
    body: ReservationChange
    answer: Reservation
    refusals:
      | 'not_found'
      | 'unknown_pool'
      | 'unknown_resource'
      | 'invalid_transition'
      | 'block_reservation'
      | 'archived'
      | 'slot_taken'
      | 'not_offered'
      | 'block_not_open'
      | 'nights_not_on_sale'
      | 'minimum_stay'
      | 'maximum_stay'
      | 'closed_to_arrival'
      | 'closed_to_departure'
      | 'insufficient_capacity'
      | 'exceeds_capacity'
      | 'customer_limit'
      | 'hold_expired'
      | 'version_mismatch'
  }
  /** Keep what a hold took. */
  confirmReservation: {
    path: { listing_id: string; reservation_id: string }
    query: object
    body: Confirmation
    answer: ConfirmedReservation
    refusals:
      | 'not_found'
      | 'invalid_transition'
      | 'block_reservation'
      | 'capacity_gone'
      | 'customer_limit'
      | 'payment_given_back'
      | 'hold_expired'
      | 'version_mismatch'
  }
  /** Give a hold back before its time is up. */
  releaseReservation: {
    path: { listing_id: string; reservation_id: string }
    query: object
    body: Reasoned
    answer: Reservation
    refusals:
      | 'not_found'
      | 'invalid_transition'
      | 'block_reservation'
      | 'hold_expired'
      | 'version_mismatch'
  }
  /** Give a confirmed reservation back. */
  cancelReservation: {
    path: { listing_id: string; reservation_id: string }
    query: object
    body: Reasoned
    answer: Reservation
    refusals: 'not_found' | 'invalid_transition' | 'block_reservation' | 'version_mismatch'
  }
  /** Let a hold last longer. */
  extendReservation: {
    path: { listing_id: string; reservation_id: string }
    query: object
    body: Extension
    answer: Reservation
    refusals:
      | 'not_found'
      | 'invalid_transition'
      | 'block_reservation'
      | 'extension_limit'
      | 'hold_expired'
      | 'version_mismatch'
      | 'ttl_out_of_range'
  }
  /** Correct the contact, or the metadata. */
  describeReservation: {
    path: { listing_id: string; reservation_id: string }
    query: object
    body: Description
    answer: Reservation
    refusals: 'not_found' | 'block_reservation' | 'version_mismatch'
  }
  /** Correct a customer's name, or merge two customers. */
  changeCustomer: {
    path: { listing_id: string }
    query: object
    body: CustomerChange
    answer: ChangedCustomer
    refusals: 'not_found' | 'customer_exists'
  }
  /** Tell everything that is known about a customer. */
  exportCustomer: {
    path: { listing_id: string }
    query: object
    body: CustomerName
    answer: CustomerExport
    refusals: 'not_found'
  }
  /** Forget a customer. */
  eraseCustomer: {
    path: { listing_id: string }
    query: object
    body: CustomerErasure
    answer: ErasedCustomer
    refusals: 'not_found'
  }
  /** Make a feed that calendars subscribe to. */
  createCalendar: {
    path: { listing_id: string }
    query: object
    body: NewCalendar
    answer: IssuedCalendar
    refusals: 'not_found' | 'unknown_resource'
  }
  /** List the feeds, revoked ones too. */
  listCalendars: {
    path: { listing_id: string }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: CalendarPage
    refusals: 'not_found'
  }
  /** End a feed for good. */
  revokeCalendar: {
    path: { listing_id: string; calendar_id: string }
    query: object
    body: NoFields
    answer: Calendar
    refusals: 'not_found'
  }
  /** Make a tentative block. */
  createBlock: {
    path: { listing_id: string }
    query: object
    body: NewBlock
    answer: Block
    refusals: 'not_found' | 'unknown_resource' | 'block_limit'
  }
  /** List the blocks. */
  listBlocks: {
    path: { listing_id: string }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: BlockPage
    refusals: 'not_found'
  }
  /** Look at a block and its pick-up. */
  getBlock: {
    path: { listing_id: string; block_id: string }
    query: object
    body: undefined
    answer: BlockReport
    refusals: 'not_found'
  }
  /** Take the block's rooms, every night or none. */
  makeBlockDefinite: {
    path: { listing_id: string; block_id: string }
    query: object
    body: Reasoned
    answer: Block
    refusals:
      | 'not_found'
      | 'block_not_open'
      | 'nights_not_on_sale'
      | 'archived'
      | 'insufficient_capacity'
      | 'exceeds_capacity'
  }
  /** Close the block and give back what was not picked up. */
  releaseBlock: {
    path: { listing_id: string; block_id: string }
    query: object
    body: Reasoned
    answer: Block
    refusals: 'not_found'
  }
  /** List what is to be paid back, the newest first. */
  listRefunds: {
    path: { listing_id: string }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: RefundPage
    refusals: 'not_found'
  }
  /** Mark a refund as paid. */
  settleRefund: {
    path: { listing_id: string; reservation_id: string }
    query: object
    body: Settlement
    answer: Refund
    refusals: 'not_found' | 'refund_not_due' | 'refund_ambiguous'
  }
  /** List every change, the newest first. */
  listJournal: {
    path: { listing_id: string }
    query: {
      limit?: number
      cursor?: string
      kind?:
        | 'held'
        | 'confirmed'
        | 'released'
        | 'cancelled'
        | 'expired'
        | 'extended'
        | 'changed'
        | 'refund_due'
        | 'refund_settled'
        | 'refund_withdrawn'
        | 'customer_changed'
        | 'customer_erased'
        | 'described'
        | 'pool_opened'
        | 'capacity_changed'
        | 'time_changed'
        | 'night_terms_changed'
        | 'listing_opened'
        | 'listing_changed'
        | 'listing_archived'
        | 'listing_unarchived'
        | 'resource_opened'
        | 'resource_changed'
        | 'resource_archived'
        | 'resource_unarchived'
        | 'schedule_set'
        | 'block_opened'
        | 'block_definite'
        | 'block_released'
      reservation_id?: string
      resource_id?: string
      block_id?: string
      actor?: string
      since?: string
      until?: string
    }
    body: undefined
    answer: JournalEntryPage
    refusals: 'not_found'
  }
  /** See what happened to a reservation, the oldest entry first. */
  getReservationHistory: {
    path: { listing_id: string; reservation_id: string }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: JournalEntryPage
    refusals: 'not_found'
  }
  /** List what somebody was to be told and was not, the oldest first. */
  listDeadLetters: {
    path: { listing_id: string }
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: DeadLetterPage
    refusals: 'not_found'
  }
  /** Tell it again. */
  resendDeadLetter: {
    path: { listing_id: string; delivery_id: string }
    query: object
    body: NoFields
    answer: DeadLetter
    refusals: 'not_found'
  }
  /** Tell nobody any more. */
  dismissDeadLetter: {
    path: { listing_id: string; delivery_id: string }
    query: object
    body: NoFields
    answer: DeadLetter
    refusals: 'not_found'
  }
  /** Check that counters, lines, versions and journal agree. */
  audit: {
    path: object
    query: { listing_id?: string }
    body: undefined
    answer: AuditReport
    refusals: 'not_found'
  }
  /** Make a key. */
  createKey: {
    path: object
    query: object
    body: NewApiKey
    answer: IssuedApiKey
    refusals: 'not_found'
  }
  /** List keys, revoked ones too. */
  listKeys: {
    path: object
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: ApiKeyPage
    refusals: 'not_found'
  }
  /** Revoke a key for good. */
  revokeKey: {
    path: { key_id: string }
    query: object
    body: NoFields
    answer: ApiKey
    refusals: 'not_found'
  }
  /** Have an endpoint told of events. */
  createWebhook: {
    path: object
    query: object
    body: NewWebhook
    answer: IssuedWebhook
    refusals: 'not_found' | 'webhook_limit'
  }
  /** List the endpoints of the listings that the key may touch. */
  listWebhooks: {
    path: object
    query: { limit?: number; cursor?: string; listing_id?: string }
    body: undefined
    answer: WebhookPage
    refusals: 'not_found'
  }
  /** Look at an endpoint. */
  getWebhook: {
    path: { webhook_id: string }
    query: object
    body: undefined
    answer: Webhook
    refusals: 'not_found'
  }
  /** Change an endpoint, turn it off or on. */
  changeWebhook: {
    path: { webhook_id: string }
    query: object
    body: WebhookChange
    answer: Webhook
    refusals: 'not_found'
  }
  /** Forget an endpoint. */
  deleteWebhook: {
    path: { webhook_id: string }
    query: object
    body: undefined
    answer: Webhook
    refusals: 'not_found'
  }
  /** Give an endpoint another secret. */
  rotateWebhook: {
    path: { webhook_id: string }
    query: object
    body: WebhookRotation
    answer: IssuedWebhook
    refusals: 'not_found'
  }
  /** List what an endpoint was told, the newest event first. */
  listWebhookDeliveries: {
    path: { webhook_id: string }
    query: {
      limit?: number
      cursor?: string
      delivery_state?: 'due' | 'delivered' | 'dead' | 'needless'
    }
    body: undefined
    answer: WebhookDeliveryPage
    refusals: 'not_found'
  }
  /** Send an event of the kind `webhook.test`. */
  testWebhook: {
    path: { webhook_id: string }
    query: object
    body: NoFields
    answer: WebhookDelivery
    refusals: 'not_found' | 'webhook_disabled'
  }
  /** Send one delivery again, or those of a span of time. */
  replayWebhook: {
    path: { webhook_id: string }
    query: object
    body: WebhookReplay
    answer: Replayed
    refusals: 'not_found' | 'webhook_disabled'
  }
}

/** Where each operation is, and whether it takes an Idempotency-Key. */
export const ROUTES = {
  createListing: { method: 'POST', path: '/v1/listings', keyed: true },
  listListings: { method: 'GET', path: '/v1/listings', keyed: false },
  getListing: { method: 'GET', path: '/v1/listings/{listing_id}', keyed: false },
  changeListing: { method: 'PATCH', path: '/v1/listings/{listing_id}', keyed: false },
  archiveListing: { method: 'POST', path: '/v1/listings/{listing_id}/archive', keyed: false },
  unarchiveListing: { method: 'POST', path: '/v1/listings/{listing_id}/unarchive', keyed: false },
  createResource: { method: 'POST', path: '/v1/listings/{listing_id}/resources', keyed: true },
  listResources: { method: 'GET', path: '/v1/listings/{listing_id}/resources', keyed: false },
  getResource: {
    method: 'GET',
    path: '/v1/listings/{listing_id}/resources/{resource_id}',
    keyed: false,
  },
  changeResource: {
    method: 'PATCH',
    path: '/v1/listings/{listing_id}/resources/{resource_id}',
    keyed: false,
  },
  archiveResource: {
    method: 'POST',
    path: '/v1/listings/{listing_id}/resources/{resource_id}/archive',
    keyed: false,
  },
  unarchiveResource: {
    method: 'POST',
    path: '/v1/listings/{listing_id}/resources/{resource_id}/unarchive',
    keyed: false,
  },
  createPool: { method: 'POST', path: '/v1/listings/{listing_id}/pools', keyed: true },
  listPools: { method: 'GET', path: '/v1/listings/{listing_id}/pools', keyed: false },
  getPool: { method: 'GET', path: '/v1/listings/{listing_id}/pools/{pool_id}', keyed: false },
  changePool: { method: 'PATCH', path: '/v1/listings/{listing_id}/pools/{pool_id}', keyed: false },
  getSchedule: {
    method: 'GET',
    path: '/v1/listings/{listing_id}/resources/{resource_id}/schedule',
    keyed: false,
  },
  setSchedule: {
    method: 'PUT',
    path: '/v1/listings/{listing_id}/resources/{resource_id}/schedule',
    keyed: false,
  },
  generateSlots: {
    method: 'POST',
    path: '/v1/listings/{listing_id}/resources/{resource_id}/slots',
    keyed: false,
  },
  getSlots: {
    method: 'GET',
    path: '/v1/listings/{listing_id}/resources/{resource_id}/slots',
    keyed: false,
  },
  getAvailability: { method: 'GET', path: '/v1/listings/{listing_id}/availability', keyed: false },
  followAvailability: { method: 'GET', path: '/v1/listings/{listing_id}/live', keyed: false },
  createLiveTicket: {
    method: 'POST',
    path: '/v1/listings/{listing_id}/live/tickets',
    keyed: false,
  },
  setNights: {
    method: 'PUT',
    path: '/v1/listings/{listing_id}/resources/{resource_id}/nights',
    keyed: false,
  },
  getNights: {
    method: 'GET',
    path: '/v1/listings/{listing_id}/resources/{resource_id}/nights',
    keyed: false,
  },
  createReservation: {
    method: 'POST',
    path: '/v1/listings/{listing_id}/reservations',
    keyed: true,
  },
  listReservations: { method: 'GET', path: '/v1/listings/{listing_id}/reservations', keyed: false },
  getReservation: {
    method: 'GET',
    path: '/v1/listings/{listing_id}/reservations/{reservation_id}',
    keyed: false,
  },
  changeReservation: {
    method: 'PATCH',
    path: '/v1/listings/{listing_id}/reservations/{reservation_id}',
    keyed: true,
  },
  confirmReservation: {
    method: 'POST',
    path: '/v1/listings/{listing_id}/reservations/{reservation_id}/confirm',
    keyed: true,
  },
  releaseReservation: {
    method: 'POST',
    path: '/v1/listings/{listing_id}/reservations/{reservation_id}/release',
    keyed: true,
  },
  cancelReservation: {
    method: 'POST',
    path: '/v1/listings/{listing_id}/reservations/{reservation_id}/cancel',
    keyed: true,
  },
  extendReservation: {
    method: 'POST',
    path: '/v1/listings/{listing_id}/reservations/{reservation_id}/extend',
    keyed: true,
  },
  describeReservation: {
    method: 'PATCH',
    path: '/v1/listings/{listing_id}/reservations/{reservation_id}/details',
    keyed: true,
  },
  changeCustomer: { method: 'PATCH', path: '/v1/listings/{listing_id}/customers', keyed: false },
  exportCustomer: {
    method: 'POST',
    path: '/v1/listings/{listing_id}/customers/export',
    keyed: false,
  },
  eraseCustomer: {
    method: 'POST',
    path: '/v1/listings/{listing_id}/customers/erase',
    keyed: false,
  },
  createCalendar: { method: 'POST', path: '/v1/listings/{listing_id}/calendars', keyed: true },
  listCalendars: { method: 'GET', path: '/v1/listings/{listing_id}/calendars', keyed: false },
  revokeCalendar: {
    method: 'POST',
    path: '/v1/listings/{listing_id}/calendars/{calendar_id}/revoke',
    keyed: false,
  },
  createBlock: { method: 'POST', path: '/v1/listings/{listing_id}/blocks', keyed: true },
  listBlocks: { method: 'GET', path: '/v1/listings/{listing_id}/blocks', keyed: false },
  getBlock: { method: 'GET', path: '/v1/listings/{listing_id}/blocks/{block_id}', keyed: false },
  makeBlockDefinite: {
    method: 'POST',
    path: '/v1/listings/{listing_id}/blocks/{block_id}/definite',
    keyed: false,
  },
  releaseBlock: {
    method: 'POST',
    path: '/v1/listings/{listing_id}/blocks/{block_id}/release',
    keyed: false,
  },
  listRefunds: { method: 'GET', path: '/v1/listings/{listing_id}/refunds', keyed: false },
  settleRefund: {
    method: 'POST',
    path: '/v1/listings/{listing_id}/refunds/{reservation_id}/settle',
    keyed: false,
  },
  listJournal: { method: 'GET', path: '/v1/listings/{listing_id}/journal', keyed: false },
  getReservationHistory: {
    method: 'GET',
    path: '/v1/listings/{listing_id}/reservations/{reservation_id}/history',
    keyed: false,
  },
  listDeadLetters: { method: 'GET', path: '/v1/listings/{listing_id}/dead-letters', keyed: false },
  resendDeadLetter: {
    method: 'POST',
    path: '/v1/listings/{listing_id}/dead-letters/{delivery_id}/resend',
    keyed: false,
  },
  dismissDeadLetter: {
    method: 'POST',
    path: '/v1/listings/{listing_id}/dead-letters/{delivery_id}/dismiss',
    keyed: false,
  },
  audit: { method: 'GET', path: '/v1/audit', keyed: false },
  createKey: { method: 'POST', path: '/v1/keys', keyed: true },
  listKeys: { method: 'GET', path: '/v1/keys', keyed: false },
  revokeKey: { method: 'POST', path: '/v1/keys/{key_id}/revoke', keyed: false },
  createWebhook: { method: 'POST', path: '/v1/webhooks', keyed: true },
  listWebhooks: { method: 'GET', path: '/v1/webhooks', keyed: false },
  getWebhook: { method: 'GET', path: '/v1/webhooks/{webhook_id}', keyed: false },
  changeWebhook: { method: 'PATCH', path: '/v1/webhooks/{webhook_id}', keyed: false },
  deleteWebhook: { method: 'DELETE', path: '/v1/webhooks/{webhook_id}', keyed: false },
  rotateWebhook: { method: 'POST', path: '/v1/webhooks/{webhook_id}/rotate', keyed: true },
  listWebhookDeliveries: {
    method: 'GET',
    path: '/v1/webhooks/{webhook_id}/deliveries',
    keyed: false,
  },
  testWebhook: { method: 'POST', path: '/v1/webhooks/{webhook_id}/test', keyed: false },
  replayWebhook: { method: 'POST', path: '/v1/webhooks/{webhook_id}/replay', keyed: false },
} as const
