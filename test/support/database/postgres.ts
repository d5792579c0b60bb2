/** The server of the run: the one that DATABASE_URL names, else the embedded one. */
import type { TestProject } from 'vitest/node'
import { openEmbeddedPostgres } from '../../../src/embedded/embedded.js'
import { provideTemplate } from './template.js'

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['DATABASE_URL']
  const server =
    given === undefined
      ? await openEmbeddedPostgres({ folder: '.holdfast/test' })
      : { url: given, release: async () => {} }
  await provideTemplate(project, server.url)
  return () => server.release()
}
