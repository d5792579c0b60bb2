/**
 * A PostgreSQL that the system has installed: Holdfast's own is the newest, people run older ones.
 * HOLDFAST_TEST_POSTGRES names its major version, or the folder of its programs.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export interface InstalledPostgres {
  readonly major: number
  /** Where `initdb` and `postgres` are. */
  readonly folder: string
}

/**
 * Undefined when HOLDFAST_TEST_POSTGRES is not set.
 *
 * @throws Error when it names a server that is not there: a run that tests less than it was told to
 * must not pass
 */
export function installedPostgres(): InstalledPostgres | undefined {
  const wanted = process.env['HOLDFAST_TEST_POSTGRES']
  if (wanted === undefined || wanted === '') return undefined
  const folder = /^\d+$/.test(wanted) ? `/usr/lib/postgresql/${wanted}/bin` : wanted
  const program = join(folder, 'postgres')
  if (!existsSync(program)) {
    throw new Error(`HOLDFAST_TEST_POSTGRES is ${wanted}, but there is no ${program}`)
  }
  const [major] = /\d+/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' })) ?? []
  return { major: Number(major), folder }
}
