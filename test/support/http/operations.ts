/**
 * What the OpenAPI document says of every route, for tests that go through all of them: how each is
 * asked well, and whether an answer is one that it declares.
 */
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { Compile } from 'typebox/schema'
import { newId } from '../../../src/domain/ids.js'
import type { Call, Service } from './service.js'

export type Schema = Readonly<Record<string, unknown>>

export interface Operation {
  readonly id: string
  readonly method: string
  /** With its parameters in braces. */
  readonly path: string
  readonly tags: readonly string[]
  /** With nothing referred to and no formats; undefined for a route that takes no body. */
  readonly body: Schema | undefined
  readonly headers: readonly string[]
  readonly answers: Readonly<Record<string, Answer>>
}

interface Answer {
  readonly description: string
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>
}

interface Document {
  readonly paths: Record<string, Record<string, Described>>
  readonly components: { readonly schemas: Record<string, Schema> }
}

interface Described {
  readonly operationId: string
  readonly tags: string[]
  readonly parameters?: { readonly in: string; readonly name: string }[]
  readonly requestBody?: { readonly content: { 'application/json': { schema: Schema } } }
  readonly responses: Record<string, Answer>
}

/** Every operation of the document, in its order. */
export function operationsOf(app: FastifyInstance): Operation[] {
  const document = app.swagger() as unknown as Document
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]): Operation => {
      const body = described.requestBody?.content['application/json'].schema
      return {
        id: described.operationId,
        method: method.toUpperCase(),
        path,
        tags: described.tags,
        body: body && (withoutFormats(resolved(body, document)) as Schema),
        headers: (described.parameters ?? [])
          .filter((parameter) => parameter.in === 'header')
          .map((parameter) => parameter.name),
        answers: resolved(described.responses, document) as Operation['answers'],
      }
    }),
  )
}

function resolved(value: unknown, document: Document): unknown {
  if (Array.isArray(value)) return value.map((each) => resolved(each, document))
  if (typeof value !== 'object' || value === null) return value
  const { $ref } = value as { $ref?: string }
  if (typeof $ref === 'string') {
    const name = $ref.replace('#/components/schemas/', '')
    const schema = document.components.schemas[name]
    if (schema === undefined) throw new Error(`nothing is under ${$ref}`)
    return resolved(schema, document)
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, resolved(each, document)]),
  )
}

function withoutFormats(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutFormats)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, each]) => key !== 'format' || typeof each !== 'string')
      .map(([key, each]) => [key, withoutFormats(each)]),
  )
}

const compiled = new WeakMap<object, ReturnType<typeof Compile>>()

/** A second opinion: not the validator that the server has. */
export function isValid(schema: Schema, value: unknown): boolean {
  const known = compiled.get(schema) ?? Compile(schema as never)
  compiled.set(schema, known)
  return known.Check(value)
}

/** What is wrong with an answer by the operation's own declaration; undefined when nothing is. */
export function undeclared(
  { answers, id }: Operation,
  response: LightMyRequestResponse,
): string | undefined {
  const told = `${id} answered ${response.statusCode}: ${response.body.slice(0, 500)}`
  const answer = answers[response.statusCode]
  if (answer === undefined) return `${told}, a status that it does not declare`
  if (answer.content === undefined) return response.body === '' ? undefined : `${told}, not empty`
  const type = String(response.headers['content-type']).split(';')[0] ?? ''
  const schema = answer.content[type]?.schema
  if (schema === undefined) return `${told}, as ${type}, which it does not declare`
  if (type === 'text/event-stream') return undefined
  const body = response.json()
  if (!isValid(schema, body)) return `${told}, which is not of the declared shape`
  const code = type.startsWith('application/problem') ? body.code : undefined
  if (code !== undefined && !answer.description.includes(`\`${code}\``)) {
    return `${told}, a code that it does not declare`
  }
  return undefined
}

/** Everything that a path can name. */
export interface Ids {
  readonly listing_id: string
  readonly pool_id: string
  readonly resource_id: string
  readonly block_id: string
  readonly reservation_id: string
  readonly key_id: string
  readonly calendar_id: string
  readonly webhook_id: string
  readonly delivery_id: string
}

/** What has to be asked of an operation that does not answer without a query. */
const QUERIES: Readonly<Record<string, string>> = {
  getNights: '?from=2031-05-01&to=2031-05-04',
}

export function urlOf({ id, path }: Operation, ids: Ids): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: keyof Ids) => ids[name])
  return filled + (QUERIES[id] ?? '')
}

/** A body that each operation takes gladly, where it needs one. */
export function goodBodyOf(
  operation: Operation,
  poolId: string,
  resourceId = newId(),
  listingId = newId(),
): unknown {
  const lines = [{ pool_id: poolId, quantity: 1 }]
  const bodies: Record<string, unknown> = {
    createListing: { name: 'Fest' },
    changeListing: { name: 'Fest' },
    // What comes behind is about the name that it has then.
    changeCustomer: { customer: 'ada@example.com', becomes: 'ada@example.org' },
    exportCustomer: { customer: 'ada@example.org' },
    eraseCustomer: { customer: 'ada@example.org' },
    createCalendar: { audience: 'public' },
    revokeCalendar: {},
    createResource: { name: 'Ritz' },
    changeResource: { name: 'Savoy' },
    archiveListing: {},
    unarchiveListing: {},
    archiveResource: {},
    unarchiveResource: {},
    setSchedule: {
      sold_by: 'slots',
      slot_minutes: 60,
      weekly: [{ days: ['mon'], from: '08:00', to: '22:00' }],
    },
    generateSlots: { from: '2038-05-03', to: '2038-05-04' },
    createPool: { resource_id: resourceId, capacity: 1 },
    changePool: { capacity: 1000 },
    setNights: { from: '2031-05-01', to: '2031-05-04', capacity: 5, minimum_stay: 1 },
    createBlock: {
      name: 'A conference',
      resource_id: resourceId,
      from: '2031-05-01',
      to: '2031-05-03',
      quantity: 2,
      cut_off: '2031-05-01',
    },
    makeBlockDefinite: {},
    releaseBlock: {},
    createReservation: { customer: 'ada@example.com', lines, hold_seconds: 60 },
    changeReservation: { lines },
    describeReservation: { contact: { email: 'ada@example.org' } },
    confirmReservation: { payment_ref: 'p1' },
    extendReservation: { hold_seconds: 60 },
    releaseReservation: {},
    cancelReservation: {},
    settleRefund: {},
    resendDeadLetter: {},
    dismissDeadLetter: {},
    createLiveTicket: {},
    createKey: { name: 'A key', scope: 'seller' },
    revokeKey: {},
    createWebhook: { url: 'https://hooks.example.com/', listing_id: listingId },
    changeWebhook: { description: 'The till' },
    rotateWebhook: {},
    testWebhook: {},
    replayWebhook: { from: '2038-01-01T00:00Z' },
  }
  if (operation.body !== undefined && !(operation.id in bodies)) {
    throw new Error(`say in test/support/http/operations.ts what ${operation.id} is asked with`)
  }
  return bodies[operation.id]
}

/** The key with the fewest rights that an operation still takes. */
export function keyFor(operation: Operation, keys: Service['keys']): string {
  return operation.tags.some((tag) => tag === 'Keys' || tag === 'Audit') ? keys.admin : keys.seller
}

/** A good request, to be spoilt. */
export function goodCall(operation: Operation, service: Service): Call {
  const body = goodBodyOf(operation, service.poolIds[2] ?? '', newId(), service.listingId)
  const as = keyFor(operation, service.keys)
  return body === undefined ? { as } : { as, body }
}
