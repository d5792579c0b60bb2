/** Writes a history from memory to a file, for `holdfast check` and for people. */
import { open } from 'node:fs/promises'
import { HoldfastError } from '../../domain/errors.js'
import type { History } from './history.js'
import { createHistoryWriter, recordsOf } from './history-file.js'

/**
 * Makes sure, before a race that may take a while, that its history can be kept. The file keeps its
 * content until then.
 *
 * @throws HoldfastError `invalid_input`
 */
export async function requireWritable(path: string): Promise<void> {
  try {
    await (await open(path, 'a')).close()
  } catch (cause) {
    throw new HoldfastError(
      'invalid_input',
      `${path} cannot be written: ${(cause as Error).message}`,
      { cause },
    )
  }
}

/** @throws HoldfastError `invalid_input` when the file cannot be written */
export async function keepHistory(path: string, history: History): Promise<void> {
  const writer = createHistoryWriter(path)
  for (const record of recordsOf(history)) await writer.write(record)
  await writer.close()
}
