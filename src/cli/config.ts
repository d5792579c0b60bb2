/** What the environment says, read once and validated. Nothing else in the house reads it. */
import { HoldfastError } from '../domain/errors.js'

export interface Config {
  /** A `postgres://` URL; undefined starts the embedded server. */
  readonly databaseUrl: string | undefined
  /** Default 3000. */
  readonly port: number
  /** Default `127.0.0.1`. */
  readonly host: string
  /** Default `info`. */
  readonly logLevel: string
  /** Connections to the database per process; default 4. */
  readonly connections: number
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/**
 * Reads the configuration from `env`.
 *
 * @throws HoldfastError `invalid_input` naming the variable, its value and what is allowed
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  return {
    databaseUrl: databaseUrlOf(env['DATABASE_URL']),
    port: wholeNumber('PORT', env['PORT'], 3000, 0, 65_535),
    host: env['HOST'] || '127.0.0.1',
    logLevel: oneOf('LOG_LEVEL', env['LOG_LEVEL'], 'info', LOG_LEVELS),
    connections: wholeNumber('HOLDFAST_CONNECTIONS', env['HOLDFAST_CONNECTIONS'], 4, 1, 1000),
  }
}

function databaseUrlOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined
  let protocol: string
  try {
    protocol = new URL(text).protocol
  } catch {
    throw invalid('DATABASE_URL', 'is no URL', 'postgres://user:password@host:5432/database')
  }
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    throw invalid(
      'DATABASE_URL',
      `begins with ${protocol}//`,
      'postgres://user:password@host:5432/database',
    )
  }
  return text
}

function wholeNumber(
  name: string,
  text: string | undefined,
  otherwise: number,
  min: number,
  max: number,
): number {
  if (text === undefined || text === '') return otherwise
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max)) {
    throw invalid(name, `is ${JSON.stringify(text)}`, `a whole number from ${min} to ${max}`)
  }
  return value
}

function oneOf(
  name: string,
  text: string | undefined,
  otherwise: string,
  allowed: readonly string[],
): string {
  if (text === undefined || text === '') return otherwise
  if (allowed.includes(text)) return text
  throw invalid(name, `is ${JSON.stringify(text)}`, `one of ${allowed.join(', ')}`)
}

function invalid(name: string, what: string, allowed: string): HoldfastError {
  return new HoldfastError('invalid_input', `${name} ${what}; allowed: ${allowed}`)
}
