/**
 * Ends a test run with the plain line `N passed, N failed` (`, N skipped` when there are any), all
 * projects of the run together. Before it: the seed, where it matters, and every test that passed
 * only when it was run again.
 */
import type { Reporter, TestModule } from 'vitest/node'
import { FIXED_SEED } from './seed-choice.js'

export default class ClosingLine implements Reporter {
  onTestRunStart(): void {
    const seed = process.env['HOLDFAST_TEST_SEED'] ?? String(FIXED_SEED)
    if (seed === String(FIXED_SEED)) return
    process.stdout.write(
      `seed ${seed}; the same again: HOLDFAST_TEST_SEED=${seed} npx vitest run\n`,
    )
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    // What nobody caught belongs to no test, and fails the run all the same.
    const count = { passed: 0, failed: errors.length, skipped: 0 }
    const again: string[] = []
    for (const module of modules) {
      // Neither does a file that could not be loaded, nor a hook that failed before or after tests.
      for (const suite of [module, ...module.children.allSuites()]) {
        if (suite.errors().length > 0) count.failed += 1
      }
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state !== 'pending') count[state] += 1
        const repeated = (test.diagnostic()?.retryCount ?? 0) > 0
        if (state === 'passed' && repeated)
          again.push(`${module.relativeModuleId}: ${test.fullName}`)
      }
    }
    const list = again.map((name) => `passed only when it was run again: ${name}\n`).join('')
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ''
    process.stdout.write(`\n${list}${count.passed} passed, ${count.failed} failed${skipped}\n`)
  }
}
