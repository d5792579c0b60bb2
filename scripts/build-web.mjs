/** Builds the pages, and compresses what they load once instead of at each request. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'vite'
import { keepOneBuildBefore } from './generations.mjs'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const WEB = join(ROOT, 'dist/web')
const COMPRESSED = /\.(js|css|svg)$/

const made = [
  ...(await filesOf('web/vite.config.ts')),
  // A run that is shared is one file: its script and its style are one piece each.
  ...(await filesOf('web/vite.shared-run.config.ts')).map((name) => `lab/${name}`),
]
for (const name of made.filter((each) => COMPRESSED.test(each))) {
  const path = join(WEB, name)
  const content = readFileSync(path)
  writeFileSync(`${path}.br`, brotliCompressSync(content))
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
  made.push(`${name}.br`, `${name}.gz`)
}
keepOneBuildBefore(WEB, made)

/** Builds, and tells what came of it: paths below the folder that the configuration names. */
async function filesOf(configFile) {
  const outputs = await build({ configFile: join(ROOT, configFile), logLevel: 'warn' })
  return [outputs].flat().flatMap(({ output }) => output.map(({ fileName }) => fileName))
}
