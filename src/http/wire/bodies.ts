/** How bodies are read under /v1: JSON and nothing else, and no JSON that could mean two things. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { jsonFaultOf } from './json-scan.js'
import { HttpProblem } from './problems.js'

/** Fifty keys with values of 500 characters each fit; every other body is bounded by the service's 16 KB. */
export const METADATA_BODY_BYTES_MAX = 64 * 1024

const DEPTH_MAX = 8
const utf8 = new TextDecoder('utf-8', { fatal: true })

const DETAIL_OF = {
  'too deep': `It is nested deeper than ${DEPTH_MAX} levels.`,
  'duplicate key': 'It has the same key twice in one object.',
  'prototype key': 'It has the key `__proto__`.',
} as const

/** Removes the scope's other parsers: a body of another type is answered with 415. */
export function readJsonBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => parse(request, body),
  )
  scope.addHook('preValidation', async (request) => {
    if (request.body !== undefined) return
    const { schema, config } = request.routeOptions
    if (schema?.body === undefined) return
    if (config.bodyOptional !== true) {
      throw new HttpProblem('malformed_json', { detail: 'The body is missing.' })
    }
    request.body = {}
  })
}

function parse(request: FastifyRequest, body: Buffer): unknown {
  const { 'content-encoding': encoding } = request.headers
  if (encoding !== undefined && encoding !== 'identity') {
    throw new HttpProblem('unsupported_media_type')
  }
  if (body.length === 0) return undefined
  let text: string
  let value: unknown
  try {
    text = utf8.decode(body)
    value = JSON.parse(text)
  } catch {
    throw new HttpProblem('malformed_json')
  }
  const fault = jsonFaultOf(text, DEPTH_MAX)
  if (fault !== undefined) throw new HttpProblem('malformed_json', { detail: DETAIL_OF[fault] })
  return value
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True: a missing body counts as an empty object. */
    readonly bodyOptional?: boolean
  }
}
