/** Every scenario, by name. A new one is a file, a test, a name in `scenario.ts`, a line here. */
import { cart } from './cart.js'
import { checkout } from './checkout.js'
import { evento } from './evento.js'
import { flashSale } from './flash-sale.js'
import { mixed } from './mixed.js'
import type { Scenario, ScenarioName } from './scenario.js'
import { turf } from './turf.js'

export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  evento,
  'flash-sale': flashSale,
  turf,
  checkout,
  cart,
  mixed,
}
