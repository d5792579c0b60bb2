/**
 * Makes the client's types from the OpenAPI document:
 *
 *     npm run generate
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'
import { REFUSAL_CODES } from '../src/client/results.js'
import { formatted } from './formatted.js'
import {
  nameOf,
  type OpenApiDocument,
  type Operation,
  openApiDocument,
  problemCodesOf,
  type Schema,
  yesOf,
} from './openapi-document.js'

export const PATH = 'src/client/schema.ts'

const HEAD = `/**
 * What goes over the wire, and the operations of the API. Made from the OpenAPI document by
 * \`npm run generate\`: change the contract, not this file.
 */`

/** The text of `src/client/schema.ts`. */
export async function clientSchema(document: OpenApiDocument): Promise<string> {
  const parts = [HEAD, await componentsOf(document), operationsOf(document), routesOf(document)]
  return formatted(parts.join('\n\n'), PATH)
}

async function componentsOf({ openapi, info, components }: OpenApiDocument): Promise<string> {
  const plain = JSON.parse(JSON.stringify(components), withoutCommonplaces)
  const types = await openapiTS({ openapi, info, paths: {}, components: plain } as never, {
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
  })
  const text = astToString(types)
  // The library names the operations' types itself; ours are below, in fewer words.
  return text
    .replace(/^export (interface|type) (paths|webhooks|operations|\$defs)\b.*$/gm, '')
    .replace(/^ *(responses|parameters|requestBodies|headers|pathItems): never;$/gm, '')
    .replaceAll(/^ *\/\*\* @enum \{string\} \*\/\n/gm, '')
    .replace('export interface components', 'interface components')
}

/** What every id and every time says of itself is not said at each of them. */
function withoutCommonplaces(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('format' in value)) return value
  const {
    format: _,
    examples: _some,
    description: _same,
    ...rest
  } = value as Record<string, unknown>
  return rest
}

interface Named {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

/** Those of /v1; the others are not for clients. */
function all({ paths }: OpenApiDocument): Named[] {
  return Object.entries(paths).flatMap(([path, methods]) => {
    if (!path.startsWith('/v1/')) return []
    return Object.entries(methods).map(([method, operation]) => {
      return { method: method.toUpperCase(), path, operation }
    })
  })
}

function operationsOf(document: OpenApiDocument): string {
  const types = all(document).map(({ operation }) => {
    const { operationId, summary, parameters = [], requestBody } = operation
    const refusals = [...problemCodesOf(operation).values()].flat().filter(isRefusalCode)
    const queries = parameters.filter((each) => each.in === 'query')
    const query = queries.map(({ name, required, schema }) => {
      return `${name}${required ? '' : '?'}: ${scalarOf(schema)}`
    })
    const ids = parameters.filter((each) => each.in === 'path').map(({ name }) => `${name}: string`)
    const body = nameOf(Object.values(requestBody?.content ?? {})[0]?.schema)
    return `/** ${summary}. */
      ${operationId}: {
        path: ${objectOf(ids)}
        query: ${objectOf(query)}
        body: ${body ?? 'undefined'}
        answer: ${nameOf(yesOf(operation).schema) ?? 'string'}
        refusals: ${refusals.map((code) => `'${code}'`).join(' | ')}
      }`
  })
  return `/** Every operation by its \`operationId\`. */
    export interface Operations {
      ${types.join('\n')}
    }`
}

function objectOf(members: readonly string[]): string {
  return members.length === 0 ? 'object' : `{ ${members.join('; ')} }`
}

function isRefusalCode(code: string): boolean {
  return (REFUSAL_CODES as readonly string[]).includes(code)
}

function scalarOf(schema: Schema): string {
  if (schema.type === 'object') return 'Record<string, string>'
  if (schema.enum !== undefined) return schema.enum.map((value) => `'${value}'`).join(' | ')
  return schema.type === 'integer' ? 'number' : 'string'
}

function routesOf(document: OpenApiDocument): string {
  const routes = all(document).map(({ method, path, operation }) => {
    const headers = (operation.parameters ?? []).filter((each) => each.in === 'header')
    const keyed = headers.some(({ name }) => name === 'idempotency-key')
    return `${operation.operationId}: { method: '${method}', path: '${path}', keyed: ${keyed} },`
  })
  return `/** Where each operation is, and whether it takes an Idempotency-Key. */
    export const ROUTES = {
      ${routes.join('\n')}
    } as const`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = fileURLToPath(new URL(`../${PATH}`, import.meta.url))
  writeFileSync(file, await clientSchema(await openApiDocument()))
}
