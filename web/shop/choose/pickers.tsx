/** Everything that a listing sells, each in the way in which it is sold. */
import type { Choosing } from './choosing.js'
import { Nights } from './nights.js'
import { Units } from './units.js'
import { Week } from './week.js'

export function Pickers(choosing: Choosing) {
  const ways = new Set(choosing.offers.map(({ sold }) => sold))
  return (
    <>
      {ways.has('units') && <Units {...choosing} />}
      {(ways.has('slots') || ways.has('ranges')) && <Week {...choosing} />}
      {ways.has('nights') && <Nights {...choosing} />}
    </>
  )
}
