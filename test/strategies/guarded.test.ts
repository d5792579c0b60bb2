import { guarded } from '../../src/strategies/guarded.js'
import { conformance } from './conformance.js'

conformance(guarded)
