/**
 * Why this file: process ids in files go stale, and the system gives them out again. Before anyone
 * believes such an id, or sends it a signal, the process behind it is looked at.
 */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { isErrno } from './errno.js'

const run = promisify(execFile)

/**
 * True while a process of this id runs and has `word` in its command line.
 *
 * A zombie has no command line any more and counts as gone. That matters in containers whose first
 * process never collects its orphans: there the id of a killed server stays taken for ever.
 * Where the command line cannot be seen, an existing process counts as the one meant.
 */
export async function runsWith(pid: number, word: string): Promise<boolean> {
  if (!exists(pid)) return false
  if (process.platform === 'linux') {
    try {
      return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes(word)
    } catch (error) {
      return !isErrno(error, 'ENOENT', 'ESRCH')
    }
  }
  if (process.platform === 'win32') return true
  try {
    return (await run('ps', ['-ww', '-o', 'command=', '-p', `${pid}`])).stdout.includes(word)
  } catch {
    return exists(pid)
  }
}

/** True while the system knows this id, be it only as a zombie. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isErrno(error, 'EPERM')
  }
}
