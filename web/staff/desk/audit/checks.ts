/** What the audit looks at, in sentences. */
import type { Drift } from 'holdfast/client'

export const CHECKS = [
  {
    check: 'counter',
    promise: 'A pool’s counter is the sum of the lines of held and confirmed reservations.',
    broken: 'A counter is not the sum of what is held and confirmed.',
  },
  {
    check: 'lines',
    promise: 'A pool’s counter is the sum of the lines that were not given back.',
    broken: 'A counter is not the sum of what was not given back.',
  },
  {
    check: 'versions',
    promise: 'Every version of a pool belongs to one move or one change of capacity.',
    broken: 'A version of a pool belongs to no move, or to several.',
  },
  {
    check: 'capacity',
    promise: 'No more is taken than the capacity, and what was knowingly overcommitted.',
    broken: 'More is taken than there is.',
  },
  {
    check: 'blocks',
    promise: 'A block has the rooms of the hotel that its own pools have, night by night.',
    broken: 'A block and its hotel disagree about a night.',
  },
  {
    check: 'overlap',
    promise: 'No two slots of an exclusive resource that are on offer overlap.',
    broken: 'Two slots of one place overlap.',
  },
  {
    check: 'dangling',
    promise: 'What a row names is there.',
    broken: 'A row names what is not there.',
  },
  {
    check: 'doubled',
    promise: 'There is one row for each key.',
    broken: 'There are two rows of one key.',
  },
  {
    check: 'journal',
    promise: 'What the journal tells, step by step, is what the rows say.',
    broken: 'The journal tells something else than the row.',
  },
] as const

export function findingText({ check }: Pick<Drift, 'check'>): string {
  const known = CHECKS.find((each) => each.check === check)
  return known?.broken ?? `The check “${check}” found something.`
}
