/**
 * The commands and the lab's servers run from dist/. A test of yesterday's build would say nothing,
 * so whatever changed since is built first.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

export default function setup(): void {
  if (!['src', 'web', 'scripts'].some(isNewer)) return
  for (const words of [
    ['node_modules/typescript/bin/tsc', '-b', 'tsconfig.build.json'],
    ['scripts/build-web.mjs'],
    ['scripts/finish-build.mjs'],
  ]) {
    const { status } = spawnSync(process.execPath, words, { cwd: ROOT, stdio: 'inherit' })
    if (status !== 0) throw new Error('src/ does not compile, so there is nothing to test')
  }
}

/** True when something in the folder was changed after the last build that came to its end. */
function isNewer(folder: string): boolean {
  const built = statSync(join(ROOT, 'dist/.built'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).some(
    (name) => statSync(join(ROOT, folder, name)).mtimeMs > built,
  )
}
