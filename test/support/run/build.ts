/**
 * The commands and the lab's servers run from dist/. A test of yesterday's build would say nothing,
 * so whatever changed since is built first.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const BUILT = join(ROOT, 'dist/.tsbuildinfo')

export default function setup(): void {
  const built = statSync(BUILT, { throwIfNoEntry: false })?.mtimeMs ?? 0
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  const changed = sources.some((name) => statSync(join(ROOT, 'src', name)).mtimeMs > built)
  if (!changed) return
  for (const words of [
    ['node_modules/typescript/bin/tsc', '-b', 'tsconfig.build.json'],
    ['scripts/finish-build.mjs'],
  ]) {
    const { status } = spawnSync(process.execPath, words, { cwd: ROOT, stdio: 'inherit' })
    if (status !== 0) throw new Error('src/ does not compile, so there is nothing to test')
  }
}
