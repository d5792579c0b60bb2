/** A connection beside everything that is tested. */
import pg from 'pg'

/** Runs `work` with a connection of the test's own, outside of everything that it tests. */
export async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url, application_name: 'holdfast test' })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
