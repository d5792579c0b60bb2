/** The variables of the environment: what is allowed in each, and its default. */
import { isIP } from 'node:net'
import { prefixOf } from '../../access/key-text.js'
import { HoldfastError } from '../../domain/errors.js'
import { DEFAULT_SCHEMA, isSchemaName, SCHEMA_ALLOWED } from '../../domain/schema-name.js'
import { LIMIT_DEFAULTS, type Limits } from '../../http/options.js'
import { STRATEGY_NAMES } from '../../strategies/strategy.js'
import { type ArmedFailPoint, FAIL_POINT_ALLOWED, readFailPoint } from './fail-point.js'

/** A variable and what may be in it. */
export interface Setting<Value> {
  readonly variable: string
  /** What it is for, in a sentence. */
  readonly tells: string
  /** Completes "allowed: …". */
  readonly allowed: string
  /** The default: the value when the variable is not set or empty. */
  readonly otherwise: Value
  /** Undefined for what is not allowed. */
  readonly read: (text: string) => Value | undefined
  /** What of the text is no secret; default all of it. */
  readonly shown?: (text: string) => string
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** Each is a member of `Config` under the same name. */
export const SETTINGS = {
  port: whole('PORT', 3000, [0, 65_535], 'The port that `serve` listens on; 0 takes a free one.'),
  host: setting<string>({
    variable: 'HOST',
    tells: 'The address that `serve` listens on; `::` and `0.0.0.0` are all of them.',
    allowed: 'an address or a name of this machine',
    otherwise: '127.0.0.1',
    read: (text) => text,
  }),
  logLevel: oneOf('LOG_LEVEL', 'info', LOG_LEVELS, 'How much `serve` logs.'),
  connections: whole(
    'HOLDFAST_CONNECTIONS',
    4,
    [1, 1000],
    'Connections to the database; several workers share them.',
  ),
  strategy: oneOf(
    'HOLDFAST_STRATEGY',
    'batched',
    STRATEGY_NAMES,
    'How /v1 keeps units from being sold twice.',
  ),
  drainDelayMs: whole(
    'HOLDFAST_DRAIN_DELAY_MS',
    0,
    [0, 600_000],
    'How long to go on serving after SIGTERM while /readyz says 503 already, in milliseconds.',
  ),
  trustProxy: setting<boolean | string>({
    variable: 'HOLDFAST_TRUST_PROXY',
    tells: 'Proxies whose X-Forwarded-For is believed, for the address that limits count.',
    allowed: 'off, on (anybody), or addresses and ranges with commas between them',
    otherwise: false,
    read: proxies,
  }),
  evento: onOff(
    'HOLDFAST_EVENTO',
    false,
    "Evento's face: whoever knows a listing's id takes its units for good, without a key.",
  ),
  pages: onOff('HOLDFAST_PAGES', true, "The pages: the shop on / and the staff's on /staff."),
  storefrontKey: setting<string | undefined>({
    variable: 'HOLDFAST_STOREFRONT_KEY',
    tells:
      "The key that the shop's page calls with: of scope storefront, because whoever looks can read it.",
    allowed: 'a key of scope storefront, hf_…',
    otherwise: undefined,
    read: (text) => (prefixOf(text) === undefined ? undefined : text),
    // Somebody may have put another key here.
    shown: (text) => `${text.slice(0, 15)}_…`,
  }),
  webhooksToLoopback: onOff(
    'HOLDFAST_WEBHOOKS_TO_LOOPBACK',
    false,
    'For development: webhooks may go to this machine, without TLS. Refused where NODE_ENV is production.',
  ),
  unsafeDurability: onOff(
    'HOLDFAST_ALLOW_UNSAFE_DURABILITY',
    false,
    'Serves on a database that may lose what it has acknowledged, as with fsync off.',
  ),
  sessionSettings: onOff(
    'HOLDFAST_SESSION_SETTINGS',
    true,
    'Sets the bounds of each database session; off behind a pooler, where the role must have them.',
  ),
  preparedStatements: onOff(
    'HOLDFAST_PREPARED_STATEMENTS',
    true,
    'Named prepared statements; off behind a pooler that does not know them.',
  ),
  schema: setting<string>({
    variable: 'HOLDFAST_SCHEMA',
    tells: "The schema of the database that Holdfast's tables live in.",
    allowed: SCHEMA_ALLOWED,
    otherwise: DEFAULT_SCHEMA,
    read: (text) => (isSchemaName(text) ? text : undefined),
  }),
  failPoint: setting<ArmedFailPoint | undefined>({
    variable: 'HOLDFAST_FAIL_POINT',
    tells: 'For tests: where the process kills itself.',
    allowed: FAIL_POINT_ALLOWED,
    otherwise: undefined,
    read: readFailPoint,
  }),
}

const MANY = 1_000_000_000

/** The bounds of `http/options.ts`; each is a member of `Config.limits`. */
export const LIMIT_SETTINGS: { readonly [Name in keyof Limits]: Setting<number> } = {
  inFlightMax: limit('inFlightMax', 'HOLDFAST_IN_FLIGHT_MAX', 'Requests under way at once.'),
  loopDelayMsMax: limit(
    'loopDelayMsMax',
    'HOLDFAST_LOOP_DELAY_MS_MAX',
    'How late timers may be before requests are turned away, in milliseconds.',
  ),
  connectionsMax: limit('connectionsMax', 'HOLDFAST_SOCKETS_MAX', 'Open sockets of clients.'),
  addressSocketsMax: limit(
    'addressSocketsMax',
    'HOLDFAST_ADDRESS_SOCKETS_MAX',
    'Open sockets of one address that HOLDFAST_TRUST_PROXY does not name.',
  ),
  keyRequestsMax: limit(
    'keyRequestsMax',
    'HOLDFAST_KEY_REQUESTS_MAX',
    'Requests a minute with one API key.',
  ),
  addressRequestsMax: limit(
    'addressRequestsMax',
    'HOLDFAST_ADDRESS_REQUESTS_MAX',
    "Requests a minute from one address with a storefront's key, and as many without a good one.",
  ),
  failedKeysMax: limit(
    'failedKeysMax',
    'HOLDFAST_FAILED_KEYS_MAX',
    'Bad keys a minute from one address; more get 429, while good ones go on.',
  ),
  storefrontDaysMax: limit(
    'storefrontDaysMax',
    'HOLDFAST_STOREFRONT_DAYS_MAX',
    "Days of availability that one request with a storefront's key asks for.",
  ),
  storefrontSlotsMax: limit(
    'storefrontSlotsMax',
    'HOLDFAST_STOREFRONT_SLOTS_MAX',
    "Slots that one request with a storefront's key is answered with.",
  ),
  storefrontNightsMax: limit(
    'storefrontNightsMax',
    'HOLDFAST_STOREFRONT_NIGHTS_MAX',
    "Nights of a hotel that one request with a storefront's key asks for.",
  ),
  callerLooksMax: limit(
    'callerLooksMax',
    'HOLDFAST_CALLER_LOOKS_MAX',
    'Large looks at availability that one caller has under way at once.',
  ),
  streamsMax: limit(
    'streamsMax',
    'HOLDFAST_STREAMS_MAX',
    "Streams of availability open at once, a tenth of them not with a storefront's key.",
  ),
  keyStreamsMax: limit(
    'keyStreamsMax',
    'HOLDFAST_KEY_STREAMS_MAX',
    'Streams of availability open at once with one API key.',
  ),
  addressStreamsMax: limit(
    'addressStreamsMax',
    'HOLDFAST_ADDRESS_STREAMS_MAX',
    "Streams of availability open at once from one address with a storefront's key.",
  ),
}

/**
 * The value of a setting.
 *
 * @throws HoldfastError `invalid_input` naming the variable, its value and what is allowed
 */
export function readSetting<Value>(setting: Setting<Value>, env: NodeJS.ProcessEnv): Value {
  const text = env[setting.variable]
  if (text === undefined || text === '') return setting.otherwise
  const value = setting.read(text)
  if (value !== undefined) return value
  // What may hold a password is not repeated.
  const what = setting.shown === undefined ? `is ${JSON.stringify(text)}` : 'cannot be used'
  throw invalid(setting.variable, what, setting.allowed)
}

export function invalid(variable: string, what: string, allowed: string): HoldfastError {
  return new HoldfastError('invalid_input', `${variable} ${what}; allowed: ${allowed}`)
}

/** A whole number in digits; undefined for anything else. */
export function wholeIn(text: string, [min, max]: readonly [number, number]): number | undefined {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return value >= min && value <= max ? value : undefined
}

export function setting<Value>(is: Setting<Value>): Setting<Value> {
  return is
}

function whole(
  variable: string,
  otherwise: number,
  range: readonly [number, number],
  tells: string,
): Setting<number> {
  const allowed = `a whole number from ${range[0]} to ${range[1]}`
  return { variable, tells, allowed, otherwise, read: (text) => wholeIn(text, range) }
}

function limit(name: keyof Limits, variable: string, tells: string): Setting<number> {
  return whole(variable, LIMIT_DEFAULTS[name], [1, MANY], tells)
}

export function oneOf<Name extends string>(
  variable: string,
  otherwise: Name,
  names: readonly Name[],
  tells: string,
): Setting<Name> {
  const read = (text: string) => names.find((name) => name === text)
  return { variable, tells, allowed: `one of ${names.join(', ')}`, otherwise, read }
}

function onOff(variable: string, otherwise: boolean, tells: string): Setting<boolean> {
  const read = (text: string) => (text === 'on' ? true : text === 'off' ? false : undefined)
  return { variable, tells, allowed: 'on or off', otherwise, read }
}

const NAMED_RANGES = ['loopback', 'linklocal', 'uniquelocal']

/** The value for Fastify; undefined when a part is neither an address nor a range. */
function proxies(text: string): boolean | string | undefined {
  if (text === 'on') return true
  if (text === 'off') return false
  const ranges = text.split(',').map((range) => range.trim())
  return ranges.every(isRange) ? ranges.join(',') : undefined
}

function isRange(text: string): boolean {
  if (NAMED_RANGES.includes(text)) return true
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return bits === undefined || wholeIn(bits, [0, version === 4 ? 32 : 128]) !== undefined
}
