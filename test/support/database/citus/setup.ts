/** The servers of the runs on Citus: those of the cluster whose coordinator HOLDFAST_TEST_CITUS names. */
import type { TestProject } from 'vitest/node'
import { provideTemplate } from '../template.js'
import { nodesOf } from './nodes.js'

export default async function setup(project: TestProject): Promise<void> {
  const coordinator = process.env['HOLDFAST_TEST_CITUS']
  if (coordinator === undefined) throw new Error('HOLDFAST_TEST_CITUS is not set')
  await provideTemplate(project, coordinator, await nodesOf(coordinator))
}
