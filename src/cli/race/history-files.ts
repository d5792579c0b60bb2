/** Where the histories of races are kept: one file for each race. */
import { dirname, extname } from 'node:path'
import { HoldfastError } from '../../domain/errors.js'
import type { History } from '../../lab/history/history.js'

export interface HistoryFiles {
  /** Keeps a history; nothing when that was not asked for. */
  keep(history: History, strategy: string, round: number): Promise<void>
}

/**
 * `race.jsonl` becomes `race.naive-1.jsonl` for the first race of naive.
 *
 * @throws HoldfastError `invalid_input` when there is no such folder to write to
 */
export async function historyFiles(path: string | undefined): Promise<HistoryFiles> {
  if (path === undefined) return { keep: async () => {} }
  const [{ access, constants }, { keepHistory }] = await Promise.all([
    import('node:fs/promises'),
    import('../../lab/history/keep-history.js'),
  ])
  const folder = dirname(path)
  await access(folder, constants.W_OK).catch((cause: Error) => {
    const message = `--history is ${path}, and the folder ${folder} cannot be written to: ${cause.message}`
    throw new HoldfastError('invalid_input', message, { cause })
  })
  return {
    keep: (history, strategy, round) => keepHistory(nameOf(path, strategy, round), history),
  }
}

function nameOf(path: string, strategy: string, round: number): string {
  const end = extname(path)
  const stem = end === '' ? path : path.slice(0, -end.length)
  return `${stem}.${strategy}-${round}${end}`
}
