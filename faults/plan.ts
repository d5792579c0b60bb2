/** The plan: every fault, in the order of the table. A new one is an object in injections/ and a line here. */
import type { Fault } from './fault.js'
import { appKills, frozenApp, rollingRestart } from './injections/app-kills.js'
import { brokenSessions, killedDatabase } from './injections/backends.js'
import { wrongClocks } from './injections/clocks.js'
import { fewConnections, nonsense, slowCallers } from './injections/crowds.js'
import { fullDisk } from './injections/disk.js'
import { brokenWaits, failovers, oldPrimary } from './injections/failovers.js'
import { holdsTogether, lockedRow, onlyReads } from './injections/locks.js'
import { mutants } from './injections/mutants.js'
import { badNetwork, lostCommits } from './injections/network.js'
import { badReceivers, poisonRow } from './injections/webhooks.js'

/** F0 to F15 are the plan's own; W1 to W5 is what went wrong once in a review, and is looked at since. */
export const PLAN: readonly Fault[] = [
  mutants,
  appKills,
  frozenApp,
  brokenSessions,
  killedDatabase,
  failovers,
  oldPrimary,
  badNetwork,
  lostCommits,
  wrongClocks,
  fullDisk,
  fewConnections,
  slowCallers,
  nonsense,
  badReceivers,
  rollingRestart,
  brokenWaits,
  lockedRow,
  holdsTogether,
  poisonRow,
  onlyReads,
]
