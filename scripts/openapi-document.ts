/** The OpenAPI document, as a server answers it at /openapi.json; no database is asked for it. */
import { openHoldfast } from '../src/engine/holdfast.js'
import { createApp } from '../src/http/app.js'

/** As much of OpenAPI 3.1 as ours has. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

export interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly security?: readonly unknown[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { description: string; content?: Content }>>
}

export interface Parameter {
  readonly in: 'path' | 'query' | 'header'
  readonly name: string
  readonly required?: boolean
  readonly description?: string
  readonly schema: Schema
}

export type Content = Readonly<Record<string, { readonly schema: Schema }>>

export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly format?: string
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

export async function openApiDocument(): Promise<OpenApiDocument> {
  const holdfast = openHoldfast({ url: 'postgres://127.0.0.1:1/nowhere' })
  const app = createApp({ holdfast })
  try {
    await app.ready()
    return JSON.parse(JSON.stringify(app.swagger()))
  } finally {
    await app.close()
    await holdfast.close()
  }
}

/** The codes of the problems that an operation may answer with, by status. */
export function problemCodesOf(operation: Operation): Map<number, readonly string[]> {
  const byStatus = new Map<number, readonly string[]>()
  for (const [status, { description, content }] of Object.entries(operation.responses)) {
    if (content?.['application/problem+json'] === undefined) continue
    const codes = [...description.matchAll(/`([a-z_]+)`/g)].map(([, code = '']) => code)
    byStatus.set(Number(status), codes)
  }
  return byStatus
}

/** The schema of an operation's yes, and its status. */
export function yesOf({ responses }: Operation): { status: number; schema: Schema | undefined } {
  const [status = '200', yes] = Object.entries(responses).find(([text]) => /^2/.test(text)) ?? []
  return { status: Number(status), schema: Object.values(yes?.content ?? {})[0]?.schema }
}

/** The name at the end of a `$ref`. */
export function nameOf(schema: Schema | undefined): string | undefined {
  return schema?.$ref?.split('/').at(-1)
}
