import { batched } from '../../src/strategies/batched.js'
import { conformance } from './conformance.js'

conformance(batched)
