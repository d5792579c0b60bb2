import { atomic } from '../../../src/lab/controls/atomic.js'
import { conformance } from '../../strategies/conformance.js'

conformance(atomic)
