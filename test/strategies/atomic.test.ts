import { atomic } from '../../src/strategies/atomic.js'
import { conformance } from './conformance.js'

conformance(atomic)
