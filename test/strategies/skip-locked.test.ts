import { skipLocked } from '../../src/strategies/skip-locked.js'
import { conformance } from './conformance.js'

conformance(skipLocked)
