/** Every entry, in the order in which a round goes through them and the document tells of them. */
import { alone } from './alone.js'
import { availability } from './availability.js'
import { bulk } from './bulk.js'
import { coldStart } from './cold-start.js'
import type { Entry } from './entry.js'
import { greedy } from './greedy.js'
import { growth } from './growth.js'
import { hotPool } from './hot-pool.js'
import { notices } from './notices.js'
import { openLoop } from './open-loop.js'
import { pgbench } from './pgbench.js'
import { redis } from './redis.js'
import { holdThenConfirm, thousandPools, threeLines } from './shapes.js'
import { longStorm, storm } from './storm.js'

export const ENTRIES: readonly Entry[] = [
  hotPool,
  openLoop,
  alone,
  thousandPools,
  threeLines,
  holdThenConfirm,
  notices,
  storm,
  longStorm,
  growth,
  availability,
  greedy,
  coldStart,
  bulk,
  pgbench,
  redis,
]
