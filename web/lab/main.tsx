import { render } from 'preact'
import '../shared/style/base.css'
import '../shared/style/controls.css'
import { Lab } from './lab.js'
import { follow } from './state.js'

const root = document.getElementById('page')
if (root !== null) render(<Lab />, root)
follow()
