/** Every control of the lab's own, by name. A new one is a file, a page in docs/controls/, a line here. */
import { ackBeforeCommit } from './ack-before-commit.js'
import { atomic } from './atomic.js'
import { cancelTwice } from './cancel-twice.js'
import type { Control, ControlName } from './control.js'
import { insertSelect } from './insert-select.js'
import { lockAbsentRows } from './lock-absent-rows.js'
import { mailAfterCommit } from './mail-after-commit.js'
import { mailBeforeCommit } from './mail-before-commit.js'
import { naive } from './naive.js'
import { snapshotThenLock } from './snapshot-then-lock.js'
import { timestampOptimistic } from './timestamp-optimistic.js'

export const CONTROLS: Readonly<Record<ControlName, Control>> = {
  naive,
  atomic,
  'insert-select': insertSelect,
  'lock-absent-rows': lockAbsentRows,
  'snapshot-then-lock': snapshotThenLock,
  'timestamp-optimistic': timestampOptimistic,
  'ack-before-commit': ackBeforeCommit,
  'cancel-twice': cancelTwice,
  'mail-before-commit': mailBeforeCommit,
  'mail-after-commit': mailAfterCommit,
}
