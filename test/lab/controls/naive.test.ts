import { naive } from '../../../src/lab/controls/naive.js'
import { conformance } from '../../strategies/conformance.js'

conformance(naive)
