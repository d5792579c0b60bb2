/**
 * Runs what depends on the version of Node.js, above all its time zones, on every version that is
 * supported and on the two newer ones:
 *
 *     npm run test:nodes               # what is about time: half a minute
 *     npm run test:nodes -- test/http  # other tests
 *
 * npm brings each version from its registry, as the package `node`.
 */
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'

const VERSIONS = ['20', '22', '24']
const ABOUT_TIME = ['test/domain/time', 'test/engine/sale/zones.test.ts']

const files = process.argv.slice(2)
for (const version of VERSIONS) {
  const program = programOf(version)
  console.log(`\nNode.js ${version}: ${program}`)
  const vitest = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    'pure',
    '--project',
    'database',
  ]
  const { status } = spawnSync(program, [...vitest, ...(files.length > 0 ? files : ABOUT_TIME)], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
}

/** The path of a version's program. Asked for elsewhere, so that npm leaves the project alone. */
function programOf(version: string): string {
  const asking = ['--yes', '--package', `node@${version}`, 'node', '-p', 'process.execPath']
  const { stdout, stderr, status } = spawnSync('npx', asking, { cwd: tmpdir(), encoding: 'utf8' })
  if (status === 0) return stdout.trim()
  throw new Error(`npm did not bring Node.js ${version}: ${stderr}`)
}
