import { optimistic } from '../../src/strategies/optimistic.js'
import { conformance } from './conformance.js'

conformance(optimistic)
