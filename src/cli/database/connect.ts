/** Where a command's database is: the one that DATABASE_URL names, or one of our own. */
import type { Config } from '../config/config.js'

export interface Connection {
  readonly url: string
  /** Gives an embedded server back; it stops with its last user. */
  release(): Promise<void>
}

/**
 * @param onProgress told, in a line, what takes time
 * @throws HoldfastError `embedded_unavailable` when there is no DATABASE_URL and no server can be
 * started here
 */
export async function connect(
  { databaseUrl }: Config,
  options: { readonly fresh?: boolean; readonly onProgress?: (line: string) => void },
): Promise<Connection> {
  if (databaseUrl !== undefined) return { url: databaseUrl, release: async () => {} }
  const { openEmbeddedPostgres } = await import('../../embedded/embedded.js')
  return openEmbeddedPostgres(options)
}
