/** Instants as a query names them. */
import { instantOf } from '../../domain/time/instant.js'
import { HttpProblem } from './problems.js'

/**
 * In milliseconds since 1970; undefined when it was left out.
 *
 * @throws HttpProblem `validation` for a date that the calendar does not have
 */
export function momentOf(path: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = instantOf(text)
  if (ms !== undefined) return ms
  throw new HttpProblem('validation', {
    errors: [{ path, message: 'must be a time of the calendar' }],
  })
}
