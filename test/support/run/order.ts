/**
 * In which order files run: those that start processes first, since they take longest, and a file that
 * begins last would have one of the two cores to itself. The rest as vitest has it.
 */
import { readFileSync } from 'node:fs'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const STARTS_PROCESSES = /support\/process\/|\.\/serving\.js|\.\/fixture\.js|installed-package/

export class ProcessesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const first = new Set(sorted.filter(startsProcesses))
    return [...first, ...sorted.filter((file) => !first.has(file))]
  }
}

function startsProcesses({ moduleId }: TestSpecification): boolean {
  return STARTS_PROCESSES.test(readFileSync(moduleId, 'utf8'))
}
