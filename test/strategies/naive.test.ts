import { naive } from '../../src/strategies/naive.js'
import { conformance } from './conformance.js'

conformance(naive)
