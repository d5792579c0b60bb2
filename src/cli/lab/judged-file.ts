/** Judges a history that somebody dropped on the page, as `holdfast check` does. */
import type { Readable } from 'node:stream'
import { ledgerOf } from '../../lab/checker/exact/join.js'
import { judge } from '../../lab/checker/judge.js'
import { readHistory } from '../../lab/history/history-file.js'
import { CONTESTANTS } from '../../lab/race/contestants.js'
import { storiesOf } from '../../lab/story/story.js'
import { verdictSentences } from '../terminal/verdict/judgement.js'
import type { JudgedFile } from './wire.js'

/** @throws HoldfastError `invalid_input` for what is no history, naming the line and what is allowed */
export async function judgedFile(stream: Readable, name: string): Promise<JudgedFile> {
  const history = await readHistory(stream, name)
  const { scenario, strategy, seed } = history.race
  const known = Object.values(CONTESTANTS).find((each) => each.name === strategy)
  const judgement = judge(history, { control: known?.safe === false })
  return {
    name,
    scenario,
    strategy,
    seed,
    verdict: judgement.verdict,
    sentences: verdictSentences(judgement),
    requests: judgement.figures.operations,
    stories: storiesOf(ledgerOf(history), judgement).map(({ meeting: _, ...story }) => story),
  }
}
