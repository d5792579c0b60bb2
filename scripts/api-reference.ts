/**
 * Makes docs/api.md from the OpenAPI document:
 *
 *     npm run generate
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  nameOf,
  type OpenApiDocument,
  type Operation,
  openApiDocument,
  type Parameter,
  problemCodesOf,
  type Schema,
  yesOf,
} from './openapi-document.js'

export const PATH = 'docs/api.md'

interface Described {
  readonly title: string
  readonly operation: Operation
}

/** The text of `docs/api.md`. */
export function apiReference(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Described => {
      return { title: `${method.toUpperCase()} ${path}`, operation }
    }),
  )
  const common = commonCodes(operations)
  const shown = new Set([...common.any, ...common.body])
  const sections = document.tags.map(({ name, description }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name))
    return [`## ${name}`, description, ...own.map((each) => operationSection(each, shown))]
  })
  const schemas = Object.entries(document.components.schemas).map(schemaSection)
  const often = parametersSection(operations)
  const parts = [intro(common), often, ...sections.flat(), '## Schemas', ...schemas]
  return `${parts.join('\n\n')}\n`
}

function intro({ any, body }: CommonCodes): string {
  return `# API

Made from the OpenAPI document by \`npm run generate\`. A server has the document itself at
\`/openapi.json\`, and a page to read it with at \`/docs\`. The [guide](guide.md) goes through a booking
with it.

- Bodies are JSON, \`Content-Type: application/json\`; a field that does not exist is an error.
- \`Authorization: Bearer hf_…\` names the API key. A key's scope is \`admin\` (everything), \`seller\`
  (its own listings) or \`storefront\` (public: look, hold, and act on a reservation with its token).
- Every command on a reservation takes an \`Idempotency-Key\`: the same key with the same request has
  one effect and one answer.
- Ids are UUIDs, in the order of creation; lists are in the order of ids, reservations the newest
  first. Times are RFC 3339, UTC.
- A character is one of Unicode (a code point), whichever it is: 200 emoji fit where 200 letters do. What
  looks like one sign may be several characters: a family of three is five.
- Whatever is no yes is a [problem](#problem) with a \`code\`; [errors](errors.md) tells what each one
  means. Every operation under \`/v1\` may answer with

  ${codes(any)},

  and one that takes a body also with

  ${codes(body)}.

  What an operation lists as its problems comes on top.`
}

/** What many operations may answer with is said once. */
interface CommonCodes {
  /** With all of /v1. */
  readonly any: readonly string[]
  /** Beside those, with all that take a body. */
  readonly body: readonly string[]
}

function commonCodes(operations: readonly Described[]): CommonCodes {
  const all = operations.filter(({ title }) => title.includes(' /v1/'))
  const any = sharedBy(all)
  const shared = sharedBy(all.filter(({ operation }) => operation.requestBody !== undefined))
  return { any, body: shared.filter((code) => !any.includes(code)) }
}

function sharedBy(operations: readonly Described[]): string[] {
  const [first = [], ...others] = operations.map(({ operation }) => {
    return [...problemCodesOf(operation).values()].flat()
  })
  return first.filter((code) => others.every((each) => each.includes(code)))
}

function operationSection({ title, operation }: Described, common: ReadonlySet<string>): string {
  const { summary, description, parameters = [], requestBody } = operation
  const yes = yesOf(operation)
  const body = Object.values(requestBody?.content ?? {})[0]?.schema
  const others = [...problemCodesOf(operation).values()].flat()
  const own = others.filter((code) => !common.has(code))
  const shown = parameters.filter((each) => each.in !== 'path')
  return [
    `### \`${title}\``,
    `${summary}.${description === undefined ? '' : ` ${description}`}`,
    [
      ...(shown.length === 0 ? [] : [`- Takes ${shown.map(parameterName).join(', ')}`]),
      ...(body === undefined ? [] : [`- Body: ${typeOf(body)}`]),
      `- Answer: ${yes.status}, ${typeOf(yes.schema)}. ${operation.responses[yes.status]?.description ?? ''}`,
      ...(own.length === 0 ? [] : [`- Problems: ${codes(own)}`]),
    ].join('\n'),
  ].join('\n\n')
}

/** What headers and queries are for is said once, not at every operation that takes them. */
function parametersSection(operations: readonly Described[]): string {
  const byName = new Map<string, Parameter>()
  for (const { operation } of operations) {
    for (const parameter of operation.parameters ?? []) {
      const { in: where, name, description } = parameter
      if (where === 'path') continue
      const known = byName.get(name)
      if (known !== undefined && known.description !== description) {
        throw new Error(`${name} means one thing here and another there`)
      }
      byName.set(name, parameter)
    }
  }
  const rows = [...byName.values()].map(({ in: where, description = '', schema, ...parameter }) => {
    const name = where === 'header' ? inCapitals(parameter.name) : parameter.name
    return `| \`${name}\` | ${where}, ${typeOf(schema)} | ${description} |`
  })
  return [
    '## Headers and queries',
    ['| name | what | |', '|---|---|---|', ...rows].join('\n'),
  ].join('\n\n')
}

function parameterName({ in: where, name, required }: Parameter): string {
  const shown = where === 'header' ? inCapitals(name) : name
  return `\`${shown}\`${required ? ' (required)' : ''}`
}

/** `if-match` as people write it. */
function inCapitals(name: string): string {
  return name.replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
}

function codes(all: readonly string[]): string {
  return all.map((code) => `\`${code}\``).join(', ')
}

function schemaSection([name, schema]: [string, Schema]): string {
  const { properties = {}, required = [], description } = schema
  const rows = fieldRows(properties, required)
  const table =
    rows.length === 0
      ? 'It has no fields.'
      : ['| field | type | |', '|---|---|---|', ...rows].join('\n')
  return [`### ${name}`, ...(description === undefined ? [] : [description]), table].join('\n\n')
}

/** A field of an object within an object has its whole path. */
function fieldRows(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[],
  path = '',
): string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const must = required.includes(name) ? '' : 'optional'
    // What every id and every time says of itself is said once, at the top.
    const plain = typeof schema.type === 'string' && schema.format !== undefined
    const notes = [must, boundsOf(schema), plain ? '' : (schema.description ?? '')]
    const text = notes.filter((note) => note !== '').join('; ')
    const row = `| \`${path}${name}\` | ${typeOf(schema)} | ${text.replaceAll('|', '\\|')} |`
    const inner = schema.items ?? schema
    const behind = schema.items === undefined ? '.' : '[].'
    const within = fieldRows(inner.properties ?? {}, inner.required ?? [], path + name + behind)
    return [row, ...within]
  })
}

function typeOf(schema: Schema | undefined): string {
  const name = nameOf(schema)
  if (name !== undefined) return `[${name}](#${name.toLowerCase()})`
  if (schema?.items !== undefined) return `array of ${typeOf(schema.items)}`
  if (schema?.enum !== undefined && schema.enum.length < 10) {
    return schema.enum.map((value) => `\`${value}\``).join(' or ')
  }
  const types = [schema?.type ?? 'string'].flat()
  const format = schema?.format === undefined ? '' : ` (${schema.format})`
  return `${types.join(' or ')}${format}`
}

function boundsOf(schema: Schema): string {
  const { minimum, maximum, minItems, maxItems, maxLength } = schema
  if (minimum !== undefined && maximum !== undefined) return `from ${minimum} to ${maximum}`
  if (minimum !== undefined) return `at least ${minimum}`
  if (minItems !== undefined) return `${minItems} to ${maxItems} of them`
  if (maxItems !== undefined) return `at most ${maxItems} of them`
  return maxLength === undefined ? '' : `at most ${maxLength} characters`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = fileURLToPath(new URL(`../${PATH}`, import.meta.url))
  writeFileSync(file, apiReference(await openApiDocument()))
}
