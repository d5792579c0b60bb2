/** Builds the pages, and compresses what they load once instead of at each request. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'vite'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const WEB = join(ROOT, 'dist/web')
const COMPRESSED = /\.(js|css|svg)$/

await build({ configFile: join(ROOT, 'web/vite.config.ts'), logLevel: 'warn' })
// A run that is shared is one file: its script and its style are one piece each.
await build({ configFile: join(ROOT, 'web/vite.shared-run.config.ts'), logLevel: 'warn' })
for (const name of readdirSync(WEB, { recursive: true, encoding: 'utf8' })) {
  if (!COMPRESSED.test(name)) continue
  const path = join(WEB, name)
  const content = readFileSync(path)
  writeFileSync(`${path}.br`, brotliCompressSync(content))
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
}
