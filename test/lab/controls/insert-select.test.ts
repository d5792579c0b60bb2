import { insertSelect } from '../../../src/lab/controls/insert-select.js'
import { conformance } from '../../strategies/conformance.js'

conformance(insertSelect)
