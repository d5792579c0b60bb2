/** What a reader is told when something was not done. */
import { HoldfastClientError, type Problem } from 'holdfast/client'

/** Where the API's own words are for programmers, or leave out what to do next. */
const SENTENCES: { readonly [Code in string]?: string } = {
  forbidden: 'Your key may not do this. Sign in with an admin’s key.',
  not_found: 'It is not there (any more), or your key may not see it.',
  version_mismatch: 'Somebody changed it in the meantime. Look at it again, then decide.',
  hold_expired: 'The hold ran out before this. Its places are free for others again.',
  rate_limited: 'Too many calls at once. Wait a moment, then try again.',
  connection_lost: 'The server did not answer. Check the network, then try again.',
  deadline_exceeded: 'The server took too long to answer. Try again.',
  outcome_unknown: 'The connection broke before the answer came. Look whether it was done.',
}

/** A definite no, in a sentence. */
export function sentenceOf({
  code,
  title,
  detail,
}: Pick<Problem, 'code' | 'title' | 'detail'>): string {
  return SENTENCES[code] ?? (detail === '' ? title : detail)
}

/** Whatever a call threw, in a sentence. */
export function sentenceOfError(error: unknown): string {
  if (!(error instanceof HoldfastClientError)) return 'This page made a mistake. Load it again.'
  const { code, problem } = error
  const fields = problem?.errors?.map(({ path, message }) => `${path}: ${message}`).join('; ')
  if (fields !== undefined && fields !== '') return `The server refused what was entered. ${fields}`
  return SENTENCES[code] ?? problem?.detail ?? error.message
}
