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

/** A new UUIDv7 in its canonical text form: 48 bits of `nowMs`, 74 random bits. */
export function newId(nowMs: number = Date.now()): string {
  if (poolOffset + ID_RANDOM_BYTES > POOL_BYTES) {
    randomFillSync(pool)
    poolOffset = 0
  }
  const random = pool.toString('hex', poolOffset, poolOffset + ID_RANDOM_BYTES)
  poolOffset += ID_RANDOM_BYTES
  const time = nowMs.toString(16).padStart(12, '0')
  const variant = (0x8 | (Number.parseInt(random.charAt(3), 16) & 0x3)).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** True for the canonical text form of any UUID. Anything else cannot be the id of a row. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}
