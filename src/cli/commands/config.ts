/** `holdfast config`: the configuration in force, where each value came from, and no secret. */
import type { Command } from 'commander'
import { databaseOf, withoutPassword } from '../config/database-url.js'
import { MAIL_SETTINGS } from '../config/mail-settings.js'
import { LIMIT_SETTINGS, readSetting, SETTINGS, type Setting } from '../config/settings.js'
import { type OutputFlags, print, table } from '../print/output.js'

/** One value and what it is for. */
interface ConfigRow {
  readonly variable: string
  /** As the variable would have it; null when there is no value. */
  readonly value: boolean | number | string | null
  readonly source: 'environment' | 'default'
  readonly tells: string
}

export function addConfig(program: Command): void {
  program
    .command('config')
    .description('print the configuration in force, where each value came from, and no secret')
    .option('--json', 'print it as JSON')
    .action((flags: OutputFlags) => {
      const rows = configRows(process.env)
      const cells = rows.map(({ variable, value, source, tells }) => {
        return [variable, value === null ? '-' : String(value), source, tells]
      })
      const unknown = unknownVariables(process.env)
      print(flags, { settings: rows, unknown }, [
        ...table([['VARIABLE', 'VALUE', 'FROM', 'WHAT IT IS'], ...cells]),
        ...unknown.map((name) => `${name} is set, but Holdfast has no such variable.`),
      ])
    })
}

/**
 * Every variable with its value and where that comes from.
 *
 * For tests: the table of settings in docs/operating.md is held against these rows.
 *
 * @throws HoldfastError `invalid_input` for what `readConfig` refuses
 */
export function configRows(env: NodeJS.ProcessEnv): ConfigRow[] {
  return [...databaseRows(env), ...ALL_SETTINGS.map((setting) => rowOf(setting, env))]
}

const ALL_SETTINGS: readonly Setting<unknown>[] = [SETTINGS, LIMIT_SETTINGS, MAIL_SETTINGS].flatMap(
  (settings) => Object.values(settings),
)

function rowOf(setting: Setting<unknown>, env: NodeJS.ProcessEnv): ConfigRow {
  const { variable, tells, shown } = setting
  const value = readSetting(setting, env)
  const text = env[variable]
  const source = text ? 'environment' : 'default'
  if (shown !== undefined && text) return { variable, value: shown(text), source, tells }
  if (typeof value === 'boolean') return { variable, value: value ? 'on' : 'off', source, tells }
  if (typeof value === 'number' || typeof value === 'string') {
    return { variable, value, source, tells }
  }
  return { variable, value: text || null, source, tells }
}

/** Variables that the driver reads for what the URL leaves out. */
const DRIVER = ['PGPASSWORD', 'PGPASSFILE', 'PGSSLMODE', 'PGOPTIONS'] as const

function databaseRows(env: NodeJS.ProcessEnv): ConfigRow[] {
  const database = databaseOf(env)
  const parts = (database?.from ?? []).filter((name) => name !== 'DATABASE_URL')
  const read = database === undefined ? [] : DRIVER.filter((name) => env[name])
  const row: ConfigRow = {
    variable: 'DATABASE_URL',
    value: database === undefined ? null : withoutPassword(database.url),
    source: database === undefined ? 'default' : 'environment',
    tells:
      database === undefined
        ? 'The database; none is named, so an embedded PostgreSQL is started.'
        : parts.length > 0
          ? `The database, put together from ${parts.join(', ')}.`
          : 'The database.',
  }
  return [
    row,
    ...read.map(
      (variable): ConfigRow => ({
        variable,
        value: variable === 'PGPASSWORD' ? '***' : (env[variable] ?? null),
        source: 'environment',
        tells: 'For what the URL leaves out.',
      }),
    ),
  ]
}

/** Perhaps misspelled. An orchestrator also sets such names for a service called holdfast. */
function unknownVariables(env: NodeJS.ProcessEnv): string[] {
  const names = new Set(ALL_SETTINGS.map(({ variable }) => variable))
  return Object.keys(env).filter((name) => name.startsWith('HOLDFAST_') && !names.has(name))
}
