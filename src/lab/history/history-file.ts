/** Histories on disk: JSON lines, written as they come and read line by line. */
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { HoldfastError } from '../../domain/errors.js'
import type {
  History,
  HistoryRecord,
  MailRecord,
  MovementRecord,
  OperationRecord,
  PoolRecord,
  RaceRecord,
  ReservationRecord,
} from './history.js'
import { checkedRecord, excerpt } from './history-form.js'

/** A longer line cannot be a record: a reservation has at most 50 lines. */
const LINE_LENGTH_MAX = 1_000_000

export interface HistoryWriter {
  /** Appends a record. Resolves at once unless the disk is behind; wait for it to bound the memory. */
  write(record: HistoryRecord): Promise<void>
  /** Resolves when everything is written. */
  close(): Promise<void>
}

/**
 * Opens a file for a history, empty; the first record to write is the race.
 *
 * @throws HoldfastError `invalid_input` (from `write` and `close`) when the file cannot be written
 */
export function createHistoryWriter(path: string): HistoryWriter {
  const stream = createWriteStream(path)
  const failed = new Promise<never>((_, reject) => {
    stream.once('error', (cause) => reject(unusable('written', path, cause)))
  })
  // The next write reports it: no caller need be waiting when it happens.
  failed.catch(() => {})
  return {
    async write(record) {
      if (stream.errored !== null) return failed
      if (stream.write(`${JSON.stringify(record)}\n`)) return
      await Promise.race([once(stream, 'drain'), failed])
    },
    async close() {
      if (stream.errored !== null) return failed
      stream.end()
      await Promise.race([finished(stream), failed])
    },
  }
}

/** The records of a history in the order of its file. */
export function* recordsOf(history: History): Generator<HistoryRecord> {
  const { race, operations, pools, reservations, movements, mails } = history
  yield race
  yield* operations
  yield* pools
  yield* reservations
  yield* movements
  yield* mails
}

/** The lines of its file. */
export function* linesOfHistory(history: History): Generator<string> {
  for (const record of recordsOf(history)) yield `${JSON.stringify(record)}\n`
}

/**
 * Reads a whole history.
 *
 * @param source a file's path, or a stream of its text
 * @param name what sentences call the source; default the path, or `the history`
 * @throws HoldfastError `invalid_input` when the file cannot be read, or naming the first line that
 * is not as it has to be, with its field and what is allowed
 */
export async function readHistory(source: string | Readable, name?: string): Promise<History> {
  const called = name ?? (typeof source === 'string' ? source : 'the history')
  const stream = typeof source === 'string' ? createReadStream(source) : source
  const collected = collect(called)
  let line = 0
  try {
    for await (const text of linesOf(stream, called)) {
      line += 1
      collected.add(parse(text, `${called}, line ${line}`), line)
    }
  } catch (error) {
    if (error instanceof HoldfastError) throw error
    throw unusable('read', called, error as Error)
  }
  return collected.history()
}

/** Sorts records, in the order of a file, into a history; throws when they do not belong together. */
function collect(name: string): {
  add(record: HistoryRecord, line: number): void
  history(): History
} {
  let race: RaceRecord | undefined
  const pools = new Map<string, PoolRecord>()
  const reservations = new Map<string, ReservationRecord>()
  const operations: OperationRecord[] = []
  const movements: MovementRecord[] = []
  const mails: MailRecord[] = []
  const known = new Set<string>()

  const fail = (line: number, what: string) => {
    return new HoldfastError('invalid_input', `${name}, line ${line}: ${what}`)
  }
  const requirePool = (poolId: string, line: number) => {
    if (known.has(poolId)) return
    throw fail(line, `the field poolId is ${excerpt(poolId)}; allowed: a pool of the race`)
  }
  const add = (record: HistoryRecord, line: number): void => {
    if ((record.type === 'race') !== (line === 1)) {
      const allowed = line === 1 ? '"race" in the first line' : '"race" in the first line only'
      throw fail(line, `the field type is ${JSON.stringify(record.type)}; allowed: ${allowed}`)
    }
    switch (record.type) {
      case 'race':
        race = record
        for (const { poolId } of record.pools) {
          // Two capacities for one pool: whichever we took, the other one might be the truth.
          if (known.has(poolId)) throw fail(line, `pool ${excerpt(poolId)} is listed twice`)
          known.add(poolId)
        }
        return
      case 'operation':
        operations.push(record)
        return
      case 'movement':
        requirePool(record.poolId, line)
        movements.push(record)
        return
      case 'mail':
        mails.push(record)
        return
      case 'pool':
        requirePool(record.poolId, line)
        if (pools.has(record.poolId))
          throw fail(line, `pool ${excerpt(record.poolId)} has a line already`)
        pools.set(record.poolId, record)
        return
      case 'reservation': {
        for (const { poolId } of record.lines) requirePool(poolId, line)
        const id = record.reservationId
        if (reservations.has(id)) throw fail(line, `reservation ${excerpt(id)} has a line already`)
        reservations.set(id, record)
      }
    }
  }
  const history = (): History => ({
    race: openingOf(race, name),
    operations,
    movements,
    mails,
    pools: [...pools.values()],
    reservations: [...reservations.values()],
  })
  return { add, history }
}

function openingOf(race: RaceRecord | undefined, name: string): RaceRecord {
  if (race !== undefined) return race
  const message = `${name} is empty; allowed: a race in the first line`
  throw new HoldfastError('invalid_input', message)
}

function parse(text: string, where: string): HistoryRecord {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    const shown = JSON.stringify(text.slice(0, 40))
    const message = `${where}: ${shown} is not JSON; allowed: one record in each line`
    throw new HoldfastError('invalid_input', message, { cause })
  }
  return checkedRecord(value, where)
}

async function* linesOf(stream: Readable, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
    if (rest.length > LINE_LENGTH_MAX) {
      const message = `${name}: a line is longer than ${LINE_LENGTH_MAX} characters; is it a history?`
      throw new HoldfastError('invalid_input', message)
    }
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}

function unusable(done: 'read' | 'written', path: string, cause: Error): HoldfastError {
  return new HoldfastError('invalid_input', `${path} cannot be ${done}: ${cause.message}`, {
    cause,
  })
}
