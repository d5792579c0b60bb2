/** The set-up of traces that docs/operating/traces.md prints, beside a real `holdfast serve`. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../src/domain/ids.js'
import { logOf, START_MS, startServing, stop } from '../cli/serving/serving.js'
import { useDatabase } from '../support/database/test-database.js'
import { givenKey } from '../support/http/service.js'
import { givenPools } from '../support/stock/factory.js'
import { until } from '../support/until.js'
import { blocksOf } from './guide-blocks.js'
import { ROOT } from './typing.js'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`

interface SentSpan {
  readonly name: string
  readonly traceId: string
  readonly attributes: readonly { readonly key: string }[]
}

const held = useDatabase()
const page = await readFile(join(ROOT, 'docs/operating/traces.md'), 'utf8')
const spans: SentSpan[] = []
const services = new Set<unknown>()
/** Takes what an OTLP exporter sends. */
const collector = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans) {
    services.add(JSON.stringify(resource.attributes))
    for (const scope of scopeSpans) spans.push(...scope.spans)
  }
  response.setHeader('content-type', 'application/json').end('{}')
})
let folder: string

beforeAll(async () => {
  // Inside of the clone, where imports find what is installed.
  await mkdir(join(ROOT, '.holdfast'), { recursive: true })
  folder = await mkdtemp(join(ROOT, '.holdfast/traces-'))
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  collector.close()
})

test(
  'sends what the page lists, down to the statements of a request',
  async () => {
    const setUp = blocksOf(page).find(({ language }) => language === 'js')?.text ?? ''
    const file = join(folder, 'traces.mjs')
    await writeFile(file, setUp)
    const { port } = collector.address() as AddressInfo
    const serving = await startServing(held.url, {
      NODE_OPTIONS: `--import ${pathToFileURL(file)}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    })
    const { listingId, poolIds } = await givenPools(held.db, 1)
    const book = async () => {
      const response = await fetch(`${serving.address}/v1/listings/${listingId}/reservations`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': newId(),
          traceparent: TRACEPARENT,
        },
        body: JSON.stringify({
          customer: 'ada@example.com',
          lines: [{ pool_id: poolIds[0], quantity: 1 }],
        }),
      })
      return response.status
    }
    const key = await givenKey(held.db, 'seller', listingId)
    expect([await book(), await book()]).toEqual([201, 409])
    expect(await stop(serving)).toBe(0)
    await until('the last spans have arrived', () => spans.length > 0)
    const logged = logOf(serving.command).filter(({ msg }) => msg === 'answered')
    expect(logged.map((line) => line['trace_id'])).toEqual([TRACE_ID, TRACE_ID])
    expect([...services].join()).toContain('"holdfast"')
    const ours = spans.filter(({ traceId }) => traceId === TRACE_ID)
    const [, table = ''] = /^\| span .*\n\|[-|]+\n((?:\|.*\n)+)/m.exec(page) ?? []
    for (const row of table.trim().split('\n')) {
      const [, name = '', , attributes = ''] = row.split(' | ').join('|').split('|')
      const isNamed = (span: SentSpan) =>
        name.includes('<command>')
          ? span.name === 'holdfast.reserve'
          : name.includes(`\`${span.name}\``)
      const sent = new Set(
        ours.filter(isNamed).flatMap((span) => span.attributes.map((a) => a.key)),
      )
      const listed = [...attributes.matchAll(/`([\w.]+\.[\w.]+)`/g)].map(([, each]) => each)
      expect([...sent].sort(), name).toEqual(listed.sort())
    }
  },
  START_MS * 2,
)
