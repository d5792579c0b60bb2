/** The database of a command: the one that DATABASE_URL names, or an embedded one. */
import type { Config } from '../config/config.js'

export interface Connection {
  readonly url: string
  /** Releases an embedded server, which stops with its last user. */
  release(): Promise<void>
}

/**
 * @param onProgress called with a line about what takes time
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
