/** The way back from an action, for the notice that tells of it. */
import { sentenceOf, sentenceOfError } from '../calls/sentences.js'
import type { Answered } from '../calls/use-resource.js'

/**
 * @param act does the opposite
 * @param sentence once that is done
 * @param after what shows it looks again
 */
export function wayBack(
  act: () => Promise<Answered<unknown>>,
  sentence: string,
  after: () => void,
): () => Promise<string> {
  return async () => {
    try {
      const answer = await act()
      after()
      return answer.ok ? sentence : sentenceOf(answer.refusal)
    } catch (error) {
      return sentenceOfError(error)
    }
  }
}

/** Fields of a request that have a value: what a reader left empty stays out of it. */
export function given<Fields extends Readonly<Record<string, string | undefined>>>(
  fields: Fields,
): { readonly [Name in keyof Fields]?: string } {
  const pairs = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(pairs) as { [Name in keyof Fields]?: string }
}
