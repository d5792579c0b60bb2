/** What the maintainer of a Holdfast looks after. */
import type { Database } from '../../storage/driver/database.js'
import { deleteOldAnswers } from '../../storage/every-listing.js'
import { deleteEndedWebhooks } from '../../storage/every-listing-webhooks.js'
import type { Engine } from '../engine.js'
import { tellStaff } from '../notices/staff.js'
import { releaseDueBlocks } from '../sale/block-release.js'
import type { MaintenanceService } from './maintainer.js'
import { expireOverdue } from './overdue-holds.js'
import { SetAside, type SetAsideOptions } from './set-aside.js'

export interface UpkeepOptions {
  readonly db: Database
  readonly engine: Engine
  /** Pause between two rounds of what shows on pages, in milliseconds; default 1,000. */
  readonly everyMs?: number
  /** How long an answer is kept for its key, in seconds; default 86,400. */
  readonly answersKeptSeconds?: number
  /** Called with each failure to close one block. */
  readonly onBlockFailure?: SetAsideOptions['onFailure']
}

const EVERY_MS = 1_000
const STAFF_EVERY_MS = 60_000
const DAY_SECONDS = 86_400

/** The services of one deployment; any number of servers may run them side by side. */
export function upkeepServices(options: UpkeepOptions): readonly MaintenanceService[] {
  const { db, engine, everyMs = EVERY_MS, answersKeptSeconds = DAY_SECONDS } = options
  const failingBlocks = new SetAside({ onFailure: options.onBlockFailure })
  return [
    {
      name: 'overdue holds',
      everyMs,
      round: async () => {
        await expireOverdue(db, engine)
      },
    },
    {
      name: 'block cut-offs',
      everyMs,
      round: () => releaseDueBlocks({ db, engine }, failingBlocks),
    },
    { name: 'notices to staff', everyMs: STAFF_EVERY_MS, round: () => tellStaff(db) },
    { name: 'old answers', everyMs, round: () => deleteOldAnswers(db, answersKeptSeconds) },
    { name: 'ended listeners', everyMs, round: () => deleteEndedWebhooks(db) },
  ]
}
