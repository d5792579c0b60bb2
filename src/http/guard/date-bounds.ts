/**
 * How many days one request may ask for. A storefront's key is public: what a page shows is enough for it,
 * and a seller may have more.
 */
import type { FastifyRequest } from 'fastify'
import { daysBetween, isDate } from '../../domain/time/date.js'
import type { CalendarDates } from '../../engine/reads/availability.js'
import type { Dates } from '../../engine/sale/dates.js'
import { HttpProblem } from '../wire/problems.js'

/**
 * The dates of a query; undefined when it has none.
 *
 * @throws HttpProblem `validation` for half a range, or a resource without dates
 */
export function datesAsked(query: {
  readonly from?: string
  readonly to?: string
  readonly resource_id?: string
}): CalendarDates | undefined {
  const { from, to, resource_id: resourceId } = query
  if (from === undefined && to === undefined && resourceId === undefined) return undefined
  if (from === undefined || to === undefined) {
    const path = from === undefined ? '/from' : '/to'
    throw new HttpProblem('validation', { errors: [{ path, message: 'is required, too' }] })
  }
  return resourceId === undefined ? { from, to } : { from, to, resourceId }
}

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
