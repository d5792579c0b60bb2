/**
 * Checks bodies and queries against the contract's schemas, and says what was wrong with them. A
 * body's values are taken as they are: "2" is not 2. A query has only text, so its numbers are read.
 * Answers are written by their schemas, too: what one does not declare does not get out.
 */
import AjvCompiler from '@fastify/ajv-compiler'
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { FastifySchemaValidationError, FastifyServerOptions } from 'fastify'
import type { ProblemCode, ProblemExtras } from '../../contract/problem.js'

const OPTIONS = {
  removeAdditional: false,
  useDefaults: false,
  // Needed to tell an unknown field from a wrong value; the body's 16 KB bound the work.
  allErrors: true,
  // A malformed id is an unknown one: what becomes of it is decided where ids are looked up.
  validateFormats: false,
  allowUnionTypes: true,
} as const

const noWriter = (_route: object) => (value: unknown) => JSON.stringify(value)

const ERRORS_TOLD_MAX = 10
const NAME_TOLD_LENGTH_MAX = 64

/** What the server alone decides. Whoever sends it is mistaken about more than a name. */
const NOT_THE_CLIENTS = new Set([
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

/** For Fastify: compiles a route's schemas. Headers and ids in the path are looked at by hooks. */
export function contractSchemas(): Pick<FastifyServerOptions, 'schemaController'> {
  const build = AjvCompiler()
  const compilers = (shared: Record<string, object>) => ({
    strict: build(shared, { customOptions: { ...OPTIONS, coerceTypes: false } }),
    reading: build(shared, { customOptions: { ...OPTIONS, coerceTypes: true } }),
  })
  return {
    schemaController: {
      compilersFactory: {
        buildValidator: ((shared: Record<string, object>) => {
          const { strict, reading } = compilers(shared)
          return ({ httpPart, schema }: { httpPart?: string; schema: object }) => {
            if (httpPart === 'querystring') return reading({ schema })
            return strict({ schema: httpPart === 'body' ? schema : {} })
          }
        }) as never,
        buildSerializer: ((...shared: unknown[]) => {
          const write = (SerializerSelector() as (...args: unknown[]) => typeof noWriter)(...shared)
          return (route: { contentType?: string }) =>
            // A problem is written where it is made; every route has a dozen of them to compile.
            route.contentType === 'application/json' ? write(route) : noWriter(route)
        }) as never,
      },
    },
  }
}

/** An unknown field comes first: values cannot be judged when names are not understood. */
export function problemOfValidation(
  errors: readonly FastifySchemaValidationError[],
  context: string | undefined,
): { readonly code: ProblemCode; readonly extras: ProblemExtras } {
  const unknown = errors.filter((error) => error.keyword === 'additionalProperties')
  const foreign = unknown.filter((error) => !NOT_THE_CLIENTS.has(nameIn(error)))
  const code = foreign.length > 0 ? 'unknown_field' : 'validation'
  const told = foreign.length > 0 ? foreign : errors
  return {
    code,
    extras: {
      detail: `The ${context === 'querystring' ? 'query' : 'body'} is not as it has to be.`,
      errors: told.slice(0, ERRORS_TOLD_MAX).map((error) => ({
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
      const name = nameIn(error).slice(0, NAME_TOLD_LENGTH_MAX)
      return NOT_THE_CLIENTS.has(name)
        ? `${JSON.stringify(name)} is decided by the server`
        : `there is no field ${JSON.stringify(name)}`
    }
    case 'pattern':
      return 'must be printable, on one line, and as the documentation of the field says'
    case 'enum':
      return `must be one of ${(error.params['allowedValues'] as unknown[]).join(', ')}`
    default:
      return error.message ?? 'is not allowed'
  }
}
