/** What can be raced: every strategy, and every control of the lab's own. */
import { createEngine, type Engine, type EngineOptions } from '../../engine/engine.js'
import { type CompositionOptions, type Holdfast, holdfastOn } from '../../engine/holdfast.js'
import type { Database } from '../../storage/driver/database.js'
import { STRATEGIES } from '../../strategies/registry.js'
import type { Strategy } from '../../strategies/strategy.js'
import type { Control } from '../controls/control.js'
import { CONTROLS } from '../controls/controls.js'
import type { MailNow } from '../controls/mailing.js'
import type { ContestantName } from './race.js'

export type Contestant = Strategy & Pick<Control, 'spoil' | 'mails'>

export const CONTESTANTS: Readonly<Record<ContestantName, Contestant>> = {
  ...CONTROLS,
  ...STRATEGIES,
}

const nobodyIsMailed: MailNow = async () => {}

/**
 * The engine that races as `contestant`: the production engine, with whatever mistake the
 * contestant brings between it and its database.
 *
 * @param db for an unsafe contestant the lab's own; see `requireLabDatabase`
 * @param mailNow for a contestant whose requests send mails; default sends none
 */
export function createContestant(
  contestant: Contestant,
  db: Database,
  options: Omit<EngineOptions, 'db' | 'strategy'> = {},
  mailNow: MailNow = nobodyIsMailed,
): Engine {
  const seen = contestant.spoil?.(db, mailNow) ?? db
  return createEngine({ ...options, db: seen, strategy: contestant, unsafe: contestant.name })
}

/** The same with everything around the engine, for a server that serves it. */
export function contestantHoldfast(
  contestant: Contestant,
  db: Database,
  options: Omit<CompositionOptions, 'strategy' | 'unsafe'> = {},
  mailNow: MailNow = nobodyIsMailed,
): Holdfast {
  const seen = contestant.spoil?.(db, mailNow) ?? db
  return holdfastOn(seen, { ...options, strategy: contestant, unsafe: contestant.name })
}
