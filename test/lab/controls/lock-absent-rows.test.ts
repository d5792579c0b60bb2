import { lockAbsentRows } from '../../../src/lab/controls/lock-absent-rows.js'
import { conformance } from '../../strategies/conformance.js'

conformance(lockAbsentRows)
