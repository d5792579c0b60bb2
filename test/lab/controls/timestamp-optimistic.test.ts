import { timestampOptimistic } from '../../../src/lab/controls/timestamp-optimistic.js'
import { conformance } from '../../strategies/conformance.js'

conformance(timestampOptimistic)
