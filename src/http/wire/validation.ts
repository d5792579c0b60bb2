/**
 * Checks bodies and queries against the contract's schemas, and says what was wrong with them. The
 * values of a body are taken as they are: "2" is not 2. A query has only text, so its numbers are
 * read. Answers are written by their schemas, too: a member that a schema lacks is not sent.
 */
import { createRequire } from 'node:module'
import type { FastifySchemaValidationError, FastifyServerOptions } from 'fastify'
import type { ProblemCode, ProblemExtras } from '../../contract/problem.js'

/** The two compilers take as long to load as all else of the web framework: not before a request needs them. */
const load = createRequire(import.meta.url)
const loadValidators = (): typeof import('@fastify/ajv-compiler') => load('@fastify/ajv-compiler')
const loadWriters = (): typeof import('@fastify/fast-json-stringify-compiler') =>
  load('@fastify/fast-json-stringify-compiler')

const OPTIONS = {
  removeAdditional: false,
  useDefaults: false,
  // Needed to tell an unknown field from a wrong value; the body's 16 KB bound the work.
  allErrors: true,
  // A malformed id counts as an unknown one, and is refused where ids are looked up.
  validateFormats: false,
  allowUnionTypes: true,
} as const

type Writer = (value: unknown) => string

const noWriter: Writer = (value) => JSON.stringify(value)

const ERRORS_SHOWN_MAX = 10
const NAME_SHOWN_LENGTH_MAX = 64

/** Fields that the server alone decides; a client that sends one has more wrong than a name. */
const SERVER_FIELDS = new Set([
  'available',
  'created_at',
  'expires_at',
  'id',
  'listing_id',
  'price',
  'refund_due',
  'state',
  'taken',
  'tenant',
  'tenant_id',
  'token',
  'updated_at',
  'version',
])

/** What Fastify calls to check a value; it reads `errors` after a false. */
interface Validator {
  (value: unknown): boolean
  errors?: unknown
}

/**
 * For Fastify: compiles a route's schemas, each when it is first needed: all of them together take a
 * second, and a server that starts has better things to do. Hooks check headers and the ids in the path.
 */
export function contractSchemas(): Pick<FastifyServerOptions, 'schemaController'> {
  const builder = once(() => loadValidators().default())
  const compilers = (shared: Record<string, object>) => ({
    strict: builder()(shared, { customOptions: { ...OPTIONS, coerceTypes: false } }),
    reading: builder()(shared, { customOptions: { ...OPTIONS, coerceTypes: true } }),
  })
  return {
    schemaController: {
      compilersFactory: {
        buildValidator: ((shared: Record<string, object>) => {
          const compiled = once(() => compilers(shared))
          return ({ httpPart, schema }: { httpPart?: string; schema: object }): Validator => {
            if (httpPart === 'querystring') return validator(() => compiled().reading({ schema }))
            if (httpPart === 'body') return validator(() => compiled().strict({ schema }))
            return () => true
          }
        }) as never,
        buildSerializer: ((...shared: unknown[]) => {
          const compile = once(() => {
            const select = loadWriters().SerializerSelector()
            return (select as (...args: unknown[]) => (route: object) => Writer)(...shared)
          })
          return (route: { contentType?: string }): Writer => {
            // A problem is written where it is made; every route has a dozen of them to compile.
            if (route.contentType !== 'application/json') return noWriter
            const writer = once(() => compile()(route))
            return (value) => writer()(value)
          }
        }) as never,
      },
    },
  }
}

function validator(compile: () => unknown): Validator {
  const compiled = once(compile as () => Validator)
  const validate: Validator = (value) => {
    const isValid = compiled()(value)
    validate.errors = compiled().errors
    return isValid
  }
  return validate
}

/** What `make` makes, at the first call; from then on the same. */
function once<Made>(make: () => Made): () => Made {
  let made: Made | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** An unknown field comes first: values cannot be judged when names are not understood. */
export function problemOfValidation(
  errors: readonly FastifySchemaValidationError[],
  context: string | undefined,
): { readonly code: ProblemCode; readonly extras: ProblemExtras } {
  const unknown = errors.filter((error) => error.keyword === 'additionalProperties')
  const foreign = unknown.filter((error) => !SERVER_FIELDS.has(nameIn(error)))
  const code = foreign.length > 0 ? 'unknown_field' : 'validation'
  const shown = foreign.length > 0 ? foreign : errors
  return {
    code,
    extras: {
      detail: `The ${context === 'querystring' ? 'query' : 'body'} is invalid.`,
      errors: shown.slice(0, ERRORS_SHOWN_MAX).map((error) => ({
        path: error.instancePath,
        message: messageOf(error),
      })),
    },
  }
}

function nameIn(error: FastifySchemaValidationError): string {
  return String(error.params['additionalProperty'] ?? '')
}

function messageOf(error: FastifySchemaValidationError): string {
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = nameIn(error).slice(0, NAME_SHOWN_LENGTH_MAX)
      return SERVER_FIELDS.has(name)
        ? `${JSON.stringify(name)} is decided by the server`
        : `there is no field ${JSON.stringify(name)}`
    }
    case 'pattern':
      return 'must be printable, on one line, and in the form that the documentation of the field gives'
    case 'enum':
      return `must be one of ${(error.params['allowedValues'] as unknown[]).join(', ')}`
    default:
      return error.message ?? 'is not allowed'
  }
}
