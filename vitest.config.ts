import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { installedPostgres } from './test/support/database/installed-postgres.js'
import { ProcessesFirst } from './test/support/run/order.js'
import { testFiles } from './test/support/run/projects.js'
import { chooseSeed } from './test/support/run/seed-choice.js'

const { pure, database } = testFiles(fileURLToPath(new URL('./', import.meta.url)))
const BUILD = './test/support/run/build.ts'

/** What depends on the server's version: the statements, and what they mean beside each other. */
const OF_THE_SERVER = /^test\/(storage|strategies|engine|schema|http\/routes)\//
/** Long series of races, damages and kills: they depend on the engine, and run on the newest server. */
const LONG_SERIES =
  /(crash|stays-overlap|model|within|ranges|payments|standby|damage|meetings[\w-]*)\.test\.ts$/

export default defineConfig(({ mode }) => {
  const installed = installedPostgres()
  return {
    test: {
      env: {
        HOLDFAST_TEST_SEED: chooseSeed(mode),
        HOLDFAST_TEST_SEARCH: mode === 'random' ? 'on' : 'off',
      },
      setupFiles: ['test/support/run/seeded.ts'],
      reporters: ['default', './test/support/run/closing-line.ts'],
      // Two cores are shared with PostgreSQL; more files at once would only wait for each other.
      maxWorkers: 2,
      // Files that share a process load and compile the program once. Each cleans up behind itself.
      isolate: false,
      sequence: { sequencer: ProcessesFirst },
      // A test fails by what it sees, not by the speed of a machine that others load as well.
      testTimeout: 180_000,
      hookTimeout: 180_000,
      projects: [
        { extends: true, test: { name: 'pure', include: pure } },
        {
          extends: true,
          test: {
            name: 'database',
            include: database,
            globalSetup: [BUILD, './test/support/database/postgres.ts'],
          },
        },
        ...(process.env['HOLDFAST_TEST_CITUS'] === undefined
          ? []
          : [
              {
                extends: true as const,
                test: {
                  name: 'citus',
                  include: database.filter((path) => OF_THE_SERVER.test(path)),
                  globalSetup: [BUILD, './test/support/database/citus/setup.ts'],
                },
              },
            ]),
        ...(installed === undefined
          ? []
          : [
              {
                extends: true as const,
                test: {
                  name: `postgres-${installed.major}`,
                  include: database.filter(
                    (path) => OF_THE_SERVER.test(path) && !LONG_SERIES.test(path),
                  ),
                  globalSetup: [BUILD, './test/support/database/postgres-installed.ts'],
                },
              },
            ]),
      ],
    },
  }
})
