import { render } from 'preact'
import '../shared/style/base.css'
import '../shared/style/controls.css'
import { Shop } from './shop.js'

const root = document.getElementById('page')
if (root !== null) render(<Shop />, root)
