/** Ends a test run with the plain line `N passed, N failed` (`, N skipped` when there are any). */
import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    // What nobody caught belongs to no test, and fails the run all the same.
    const count = { passed: 0, failed: errors.length, skipped: 0 }
    for (const module of modules) {
      // Neither does a file that could not be loaded, nor a hook that failed before or after tests.
      for (const suite of [module, ...module.children.allSuites()]) {
        if (suite.errors().length > 0) count.failed += 1
      }
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state !== 'pending') count[state] += 1
      }
    }
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ''
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed${skipped}\n`)
  }
}
