/** What an application is built from, and the bounds that it keeps to. */
import type { FastifyServerOptions } from 'fastify'
import type { Holdfast } from '../engine/holdfast.js'
import type { Tracing } from '../engine/tracing.js'
import type { MailboxFolder } from '../notices/mailbox/folder.js'
import type { Siblings } from './metrics/siblings.js'
import type { SiteOptions } from './web/site.js'

/** Bounds on what callers may ask of one process. All have generous defaults. */
export interface Limits {
  /** Requests under way, beyond which new ones are turned away; default 1,000. */
  readonly inFlightMax: number
  /** How late timers may be, twice in a row, before new requests are turned away; default 1,000 ms. */
  readonly loopDelayMsMax: number
  /** Open sockets; default 10,000. */
  readonly connectionsMax: number
  /** Open sockets of one address (of IPv6 one /64) that is no trusted proxy's; default 1,000. */
  readonly addressSocketsMax: number
  /** Requests a minute with one API key; default 600,000. */
  readonly keyRequestsMax: number
  /**
   * Requests a minute from one address (of IPv6 one /64) with a storefront's key, and as many without a
   * good key; default 60,000.
   */
  readonly addressRequestsMax: number
  /** Failed authentications a minute from one address; default 30. */
  readonly failedKeysMax: number
  /** Days that one request with a storefront's key looks at; default 42, six weeks. */
  readonly storefrontDaysMax: number
  /** Slots that it is answered with; default 30,000. */
  readonly storefrontSlotsMax: number
  /** Nights of a hotel that one request with a storefront's key looks at; default 366. */
  readonly storefrontNightsMax: number
  /** Large looks of one caller that wait or are being answered; default 16. */
  readonly callerLooksMax: number
  /** Streams of availability open at once, a tenth of them not with a storefront's key; default 1,000. */
  readonly streamsMax: number
  /** Streams open at once with one API key; default 500. */
  readonly keyStreamsMax: number
  /** Streams open at once from one address with a storefront's key; default 100. */
  readonly addressStreamsMax: number
}

export const LIMIT_DEFAULTS: Limits = {
  inFlightMax: 1_000,
  loopDelayMsMax: 1_000,
  connectionsMax: 10_000,
  addressSocketsMax: 1_000,
  keyRequestsMax: 600_000,
  addressRequestsMax: 60_000,
  failedKeysMax: 30,
  storefrontDaysMax: 42,
  storefrontSlotsMax: 30_000,
  storefrontNightsMax: 366,
  callerLooksMax: 16,
  streamsMax: 1_000,
  keyStreamsMax: 500,
  addressStreamsMax: 100,
}

export interface LiveStreamOptions {
  /** How often an idle stream shows that it is alive, in milliseconds; default 15,000. */
  readonly heartbeatMs: number
  /** After how long a stream ends, in milliseconds; default one hour. */
  readonly streamMsMax: number
  /** How much a slow reader may be behind before it is dropped, in bytes; default 1 MB. */
  readonly behindBytesMax: number
}

export const LIVE_DEFAULTS: LiveStreamOptions = {
  heartbeatMs: 15_000,
  streamMsMax: 3_600_000,
  behindBytesMax: 1_048_576,
}

/** Evento's face knows no keys: whoever knows the id of a listing that it sells takes units for good. */
export interface EventoFace {
  /** One for each mode, named by its strategy. */
  readonly modes: readonly Holdfast[]
  /** What it sells; default every listing. Of others it says that they do not exist. */
  readonly listingIds?: readonly string[]
}

export interface AppOptions {
  /** What is served. */
  readonly holdfast: Holdfast
  /** Evento's face; default: it is off. */
  readonly evento?: EventoFace
  /** False serves only Evento's face and health, as the lab wants it. Default true. */
  readonly v1?: boolean
  /** Default: no log. */
  readonly logger?: FastifyServerOptions['logger']
  /** A member that is left out keeps its default. */
  readonly limits?: Partial<Limits>
  /** A member that is left out keeps its default. */
  readonly live?: Partial<LiveStreamOptions>
  /** Proxies whose `X-Forwarded-For` is believed, as Fastify's option of this name; default none. */
  readonly trustProxy?: boolean | string
  /** Continues the trace that a request names; default: none is continued. */
  readonly tracing?: Tracing | undefined
  /**
   * True: serves though COMMIT is not durable in the database; /readyz then says why it is not, beside
   * `ok`. Default false: it is not ready.
   */
  readonly unsafeDurability?: boolean
  /** For /metrics: the other processes behind the same port. */
  readonly siblings?: Siblings
  /** The pages; default: there are none. */
  readonly site?: SiteOptions | undefined
  /** Shown on /mailbox, to whoever asks; default: there is no such page. */
  readonly mailbox?: MailboxFolder
}
