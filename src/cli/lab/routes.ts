/** What the lab's page asks for: what can be raced, a race, its course, and the judgement of a history. */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { createEventStream } from '../../http/live/event-stream.js'
import { linesOfHistory } from '../../lab/history/history-file.js'
import { choices } from './choices.js'
import { judgedFile } from './judged-file.js'
import { requestedRace } from './race-request.js'
import type { Runs } from './runs.js'
import { sharedPage } from './shared-page.js'

const STREAM = { heartbeatMs: 15_000, streamMsMax: 3_600_000, behindBytesMax: 4_000_000 } as const
/** A history of two hundred thousand requests has half of it. */
const HISTORY_BYTES_MAX = 256 * 1024 * 1024
const UNDER_WAY = 'A race is under way, and work beside it would slow it down: stop it, or wait.'

interface LabServices {
  readonly runs: Runs
  readonly onFault: (error: unknown) => void
}

export function labRoutes(scope: FastifyInstance, { runs, onFault }: LabServices): void {
  scope.get('/api/choices', () => choices())

  scope.post('/api/run', async (request, reply) => {
    const run = runs.start(await requestedRace(request.body))
    return run === undefined
      ? reply.code(409).send({ message: UNDER_WAY })
      : reply.code(202).send({ id: run.id })
  })

  scope.delete('/api/run', async (_request, reply) => {
    runs.stop()
    return reply.code(204).send()
  })

  scope.get('/api/live', (request, reply) => follow(request, reply, runs))

  scope.get('/api/history/:strategy', async (request, reply) => {
    const { strategy } = request.params as { strategy: string }
    const history = runs.history(strategy)
    if (history === undefined) {
      return reply.code(404).send({ message: 'No race of the last run has left such a history.' })
    }
    const name = `${history.race.scenario}-${strategy}-${history.race.seed}.jsonl`
    return download(reply, name, 'application/jsonl').send(Readable.from(linesOfHistory(history)))
  })

  scope.get('/api/share', async (_request, reply) => {
    const run = runs.current
    if (run === undefined || runs.busy) {
      return reply.code(404).send({ message: 'There is no race that is over.' })
    }
    const names = run.tracks.map(({ name }) => name).join('-')
    const page = await sharedPage(run)
    return download(reply, `${run.scenario}-${names}.html`, 'text/html; charset=utf-8').send(page)
  })

  // biome-ignore lint/nursery/noMisusedPromises: Fastify awaits async plugins; the rule sees another overload
  void scope.register(async (upload) => {
    // Judged while it arrives, and never kept on disk.
    upload.removeAllContentTypeParsers()
    upload.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    upload.post('/api/judge', { bodyLimit: HISTORY_BYTES_MAX }, async (request, reply) => {
      if (runs.busy) return reply.code(409).send({ message: UNDER_WAY })
      const { name } = request.query as { name?: unknown }
      const body = request.body instanceof Readable ? request.body : Readable.from([])
      const called = typeof name === 'string' && name !== '' ? name : 'the file'
      return judgedFile(bounded(body), called, { runs, onFault })
    })
  })
}

function download(reply: FastifyReply, name: string, type: string): FastifyReply {
  return reply.type(type).header('content-disposition', `attachment; filename="${name}"`)
}

async function* chunksUpTo(stream: Readable, bytesMax: number): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bytesMax) {
      const megabytes = HISTORY_BYTES_MAX / 1024 / 1024
      const message = `The file is too large; allowed: ${megabytes} MB. holdfast check has no bound.`
      throw Object.assign(new Error(message), { statusCode: 413 })
    }
    yield chunk
  }
}

const bounded = (stream: Readable) => Readable.from(chunksUpTo(stream, HISTORY_BYTES_MAX))

/** The whole run at first, then what changes. */
function follow(request: FastifyRequest, reply: FastifyReply, runs: Runs): void {
  reply.hijack()
  const { raw } = reply
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) raw.setHeader(name, value)
  }
  raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  const stream = createEventStream(raw, STREAM)
  let count = 0
  const send = (name: string, data: unknown) => {
    count += 1
    stream.send({ id: String(count), name, data: JSON.stringify(data) })
  }
  send('run', runs.current ?? null)
  const stopListening = runs.listen({
    // The frames have gone out one by one; only the first look needs all of them.
    changed: (run) =>
      send('change', { ...run, tracks: run.tracks.map((track) => ({ ...track, frames: [] })) }),
    seen: (track, frame) => send('frame', { track, frame }),
  })
  request.raw.once('close', stopListening)
}
