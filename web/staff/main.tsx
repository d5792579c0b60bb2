import { render } from 'preact'
import '../shared/style/base.css'
import '../shared/style/controls.css'
import { Staff } from './staff.js'

const root = document.getElementById('page')
if (root !== null) render(<Staff />, root)
