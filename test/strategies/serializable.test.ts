import { serializable } from '../../src/strategies/serializable.js'
import { conformance } from './conformance.js'

conformance(serializable)
