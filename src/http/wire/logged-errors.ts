/**
 * Errors as the log has them. PostgreSQL tells more about a statement that failed than a log may keep:
 * `Failing row contains (…)` has a customer in it, and the message about a value that it cannot read
 * quotes the value.
 */
import type { FastifyServerOptions } from 'fastify'

type Logger = FastifyServerOptions['logger']

/** What of an error's own members is about the program and the schema, never about a row. */
const KEPT = [
  'code',
  'severity',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
  'routine',
  'errno',
  'syscall',
  'address',
  'port',
  'statusCode',
] as const

const CAUSES_MAX = 5
/** SQLSTATEs of class 22, data exceptions: their messages quote the value. */
const DATA_EXCEPTION = /^22[0-9A-Z]{3}$/

/** The same logger, whose lines have no row and no value in their errors. */
export function withoutRows(logger: Logger): NonNullable<Logger> {
  if (logger === undefined || logger === false) return false
  const given = logger === true ? {} : logger
  return { ...given, serializers: { err: (error: unknown) => loggedError(error) } }
}

interface LoggedError {
  readonly [member: string]: unknown
  readonly type: string
  readonly message: string
  readonly stack: string
}

/** What is logged of an error and of its causes. */
function loggedError(error: unknown, causes = CAUSES_MAX): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error), stack: '' }
  const members = error as Error & Partial<Record<(typeof KEPT)[number], unknown>>
  const kept = KEPT.flatMap((name) => (members[name] === undefined ? [] : [[name, members[name]]]))
  const { message, stack = '' } = error
  const unquoted = DATA_EXCEPTION.test(String(members.code)) ? withoutQuotes(message) : message
  return {
    type: error.name,
    message: unquoted,
    stack: stack.replace(message, () => unquoted),
    ...Object.fromEntries(kept),
    ...(error.cause instanceof Error && causes > 0
      ? { cause: loggedError(error.cause, causes - 1) }
      : {}),
  }
}

/** A value may have quotes in it: from the first to the last. */
function withoutQuotes(message: string): string {
  return message.replace(/".*"/s, '"…"')
}
