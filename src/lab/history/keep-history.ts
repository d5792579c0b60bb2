/** Writes a history from memory to a file, for `holdfast check` and for people. */
import { open } from 'node:fs/promises'
import { HoldfastError } from '../../domain/errors.js'
import type { History } from './history.js'
import { createHistoryWriter } from './history-file.js'

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
  const { race, operations, pools, reservations, movements, mails } = history
  await writer.write(race)
  for (const records of [operations, pools, reservations, movements, mails]) {
    for (const record of records) await writer.write(record)
  }
  await writer.close()
}
