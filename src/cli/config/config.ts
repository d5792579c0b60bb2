/** The configuration from the environment, read once and validated. Nothing else reads it. */
import type { Limits } from '../../http/options.js'
import { databaseOf } from './database-url.js'
import { checkMail, MAIL_SETTINGS, type MailConfig } from './mail-settings.js'
import { invalid, LIMIT_SETTINGS, readSetting, SETTINGS, type Setting } from './settings.js'

type SettingValues = {
  readonly [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name] extends Setting<infer Value>
    ? Value
    : never
}

/** `SETTINGS` says what each member is for. */
export interface Config extends SettingValues {
  /** A `postgres://` URL; undefined starts the embedded server. */
  readonly databaseUrl: string | undefined
  readonly limits: Limits
  /** `MAIL_SETTINGS` says what each member is for. */
  readonly mail: MailConfig
}

/**
 * Reads the configuration from `env`.
 *
 * @throws HoldfastError `invalid_input` naming the variable, its value and what is allowed
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const values = valuesOf(SETTINGS, env) as SettingValues
  if (values.webhooksToLoopback && env['NODE_ENV'] === 'production') {
    throw invalid(
      SETTINGS.webhooksToLoopback.variable,
      'lets sellers call the services of this machine, and NODE_ENV is production',
      'off',
    )
  }
  const mail = valuesOf(MAIL_SETTINGS, env) as MailConfig
  checkMail(mail)
  const limits = valuesOf(LIMIT_SETTINGS, env)
  return { databaseUrl: databaseOf(env)?.url, ...values, limits, mail }
}

function valuesOf<Table extends Record<string, Setting<unknown>>>(
  table: Table,
  env: NodeJS.ProcessEnv,
): { [Name in keyof Table]: Table[Name]['otherwise'] } {
  const values: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(table)) values[name] = readSetting(setting, env)
  return values as { [Name in keyof Table]: Table[Name]['otherwise'] }
}
