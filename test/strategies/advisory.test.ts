import { advisory } from '../../src/strategies/advisory.js'
import { conformance } from './conformance.js'

conformance(advisory)
