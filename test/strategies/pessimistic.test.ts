import { pessimistic } from '../../src/strategies/pessimistic.js'
import { conformance } from './conformance.js'

conformance(pessimistic)
