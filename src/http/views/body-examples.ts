/** Shows every body of the OpenAPI document with the contract's examples. */
import { EXAMPLES } from './examples.js'

interface Operation {
  readonly requestBody?: {
    readonly content: { readonly 'application/json': Body }
  }
}

interface Body {
  readonly schema: { readonly $ref?: string }
  examples?: Readonly<Record<string, { readonly value: unknown }>>
}

/** @param paths of a document that nobody has yet; bodies get their examples in place */
export function addExamples(paths: Readonly<Record<string, object | undefined>>): void {
  for (const methods of Object.values(paths)) {
    for (const { requestBody } of Object.values(methods ?? {}) as Operation[]) {
      const body = requestBody?.content['application/json']
      const named = EXAMPLES[body?.schema.$ref?.split('/').at(-1) ?? '']
      if (body === undefined || named === undefined) continue
      body.examples = Object.fromEntries(
        Object.entries(named).map(([name, value]) => [name, { value }]),
      )
    }
  }
}
