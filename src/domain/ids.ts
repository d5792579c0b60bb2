/**
 * Ids are made by the program, not by the database: a retried transaction keeps its id, and a
 * sharded database needs no sequence. UUIDv7 (RFC 9562, section 5.7) sorts by time, so that new
 * rows land at the right edge of every index.
 */
import { randomFillSync } from 'node:crypto'

const POOL_BYTES = 4096
const ID_RANDOM_BYTES = 10
const pool = Buffer.allocUnsafe(POOL_BYTES)
let poolOffset = POOL_BYTES

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

let timeMs: number | undefined
let timeText = ''

/** A new UUIDv7 in its canonical text form: 48 bits of `nowMs`, 74 random bits. */
export function newId(nowMs: number = Date.now()): string {
  if (poolOffset + ID_RANDOM_BYTES > POOL_BYTES) {
    randomFillSync(pool)
    poolOffset = 0
  }
  const offset = poolOffset
  poolOffset += ID_RANDOM_BYTES
  if (nowMs !== timeMs) {
    const time = nowMs.toString(16).padStart(12, '0')
    timeText = `${time.slice(0, 8)}-${time.slice(8)}`
    timeMs = nowMs
  }
  const byte = (i: number) => pool[offset + i] ?? 0
  const version = 0x70 | (byte(0) & 0x0f)
  const variant = 0x80 | (byte(2) & 0x3f)
  return (
    `${timeText}-${HEX[version]}${HEX[byte(1)]}-${HEX[variant]}${HEX[byte(3)]}-` +
    `${HEX[byte(4)]}${HEX[byte(5)]}${HEX[byte(6)]}${HEX[byte(7)]}${HEX[byte(8)]}${HEX[byte(9)]}`
  )
}

/** The UUID of nothing (RFC 9562, section 5.9): stands where a row is about no thing, or about all. */
export const NIL_ID = '00000000-0000-0000-0000-000000000000'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** True for the canonical text form of any UUID. Anything else cannot be the id of a row. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}
