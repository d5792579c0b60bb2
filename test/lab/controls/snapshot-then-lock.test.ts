import { snapshotThenLock } from '../../../src/lab/controls/snapshot-then-lock.js'
import { conformance } from '../../strategies/conformance.js'

conformance(snapshotThenLock)
