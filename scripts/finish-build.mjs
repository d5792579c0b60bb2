/**
 * After the compiler: the command line can be executed, and nothing is left of sources that are gone.
 * The compiler never deletes, and what lies in `dist/` is published.
 */
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const COMPILED = /(\.d\.ts|\.js)(\.map)?$/

for (const name of readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' })) {
  if (name.startsWith('web')) continue
  const source = join(ROOT, 'src', name.replace(COMPILED, '.ts'))
  const stale = name.endsWith('.map') || !existsSync(source)
  if (COMPILED.test(name) && stale) rmSync(join(ROOT, 'dist', name))
}
chmodSync(join(ROOT, 'dist/cli/main.js'), 0o755)
