import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/run/build.ts', 'test/support/database/postgres.ts'],
    reporters: ['default', './test/support/run/closing-line.ts'],
    // Two cores are shared with PostgreSQL; more files at once would only wait for each other.
    maxWorkers: 2,
    // Tests kill processes and race on machines that others load; what fails twice is a fault.
    retry: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
