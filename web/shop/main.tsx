import { render } from 'preact'
import './style/shop.css'
import { Shop } from './shop.js'
import { createService } from './stock/service.js'

const root = document.getElementById('page')
const meta = document.querySelector<HTMLMetaElement>('meta[name="holdfast-storefront"]')
const key = meta?.content ?? ''
const service = key === '' ? undefined : createService(window.location.origin, key)
if (root !== null) render(<Shop service={service} />, root)
