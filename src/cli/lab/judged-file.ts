/** Judges a history that somebody dropped on the page, as `holdfast check` does. */
import type { Readable } from 'node:stream'
import { ledgerOf } from '../../lab/checker/exact/join.js'
import { judge } from '../../lab/checker/judge.js'
import { readHistory } from '../../lab/history/history-file.js'
import { CONTESTANTS } from '../../lab/race/contestants.js'
import type { ContestantName } from '../../lab/race/race.js'
import { type Story, storiesOf } from '../../lab/story/story.js'
import { verdictSentences } from '../terminal/verdict/judgement.js'
import type { Runs } from './runs.js'
import type { JudgedFile } from './wire.js'

interface Judging {
  readonly runs: Pick<Runs, 'replay'>
  /** Told why what happened could not be repeated, where nobody foresaw that. */
  readonly onFault: (error: unknown) => void
}

/** @throws HoldfastError `invalid_input` for what is no history, naming the line and what is allowed */
export async function judgedFile(
  stream: Readable,
  name: string,
  judging: Judging,
): Promise<JudgedFile> {
  const history = await readHistory(stream, name)
  const { scenario, strategy, seed } = history.race
  const names = Object.keys(CONTESTANTS) as ContestantName[]
  const known = names.find((each) => each === strategy)
  const control = known !== undefined && !CONTESTANTS[known].safe
  const judgement = judge(history, { control })
  const stories = storiesOf(ledgerOf(history), judgement)
  return {
    name,
    scenario,
    strategy,
    seed,
    verdict: judgement.verdict,
    sentences: verdictSentences(judgement),
    requests: judgement.figures.operations,
    stories: stories.map(({ meeting: _, ...story }) => story),
    ...(await replaysOf(stories, known, judging)),
  }
}

/** A history has no statements in it: they are those of the same requests, repeated here. */
async function replaysOf(
  stories: readonly Story[],
  strategy: ContestantName | undefined,
  { runs, onFault }: Judging,
): Promise<Pick<JudgedFile, 'replays' | 'whyNoSql'>> {
  if (stories.length === 0) return { replays: [] }
  const without = (whyNoSql: string) => ({ replays: [], whyNoSql })
  if (strategy === undefined) {
    return without('This lab does not know the strategy, so it cannot tell the SQL of the steps.')
  }
  const meeting = stories.find((story) => story.meeting !== undefined)?.meeting
  if (meeting === undefined) {
    return without(
      'The SQL of the steps is that of two requests for one pool, repeated. Here that would not be enough.',
    )
  }
  try {
    return { replays: await runs.replay(strategy, meeting) }
  } catch (error) {
    onFault(error)
    return without(
      'The lab could not repeat what happened, so it cannot tell the SQL of the steps.',
    )
  }
}
