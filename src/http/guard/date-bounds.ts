/**
 * How many days one request may ask for. A storefront's key is public: what a page shows is enough for it,
 * and a seller may have more.
 */
import type { FastifyRequest } from 'fastify'
import { daysBetween, isDate } from '../../domain/time/date.js'
import type { Dates } from '../../engine/sale/dates.js'
import { HttpProblem } from '../wire/problems.js'

/**
 * Says nothing of what are no dates: the engine does.
 *
 * @throws HttpProblem `validation` for more days than a storefront may ask for
 */
export function checkDaysAsked(
  { principal }: Pick<FastifyRequest, 'principal'>,
  { from, to }: Dates,
  storefrontMax: number,
): void {
  if (principal.scope !== 'storefront' || !isDate(from) || !isDate(to)) return
  const days = daysBetween(from, to)
  if (days <= storefrontMax) return
  const message = `is 1 to ${storefrontMax} days after from with a storefront's key, not ${days}`
  throw new HttpProblem('validation', {
    detail: `to ${message}. A seller's key may ask for more at once.`,
    errors: [{ path: '/to', message }],
  })
}

/** At least 1, also for dates that are none. */
export function daysIn({ from, to }: Dates): number {
  return Math.max(1, daysBetween(from, to) || 1)
}
