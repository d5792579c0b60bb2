/**
 * After the compiler: nothing is left of sources that are gone, programs start quickly, and the command
 * line can be executed. The compiler never deletes, and what lies in `dist/` is published.
 *
 * A program is started over and over again: by a shell, by a race, in place of a server that crashed.
 * Most of the time that it needs goes into finding and opening 250 small files. So each program is joined
 * into a few large ones. What others import stays file by file, and so does every package of others.
 */
import { chmodSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { keepOneBuildBefore } from './generations.mjs'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const COMPILED = /(\.d\.ts|\.js)(\.map)?$/

/** As deep as the sources, which find files of the package by the way up from their own. */
const PROGRAMS_FOLDER = 'programs/'
const PARTS = `${PROGRAMS_FOLDER}parts`
/** What is started as a process, with where it goes. */
const PROGRAMS = {
  [`${PARTS}/main`]: 'cli/main',
  [`${PARTS}/keeper`]: 'embedded/keeper/keeper',
  'cli/serving/worker-process': 'cli/serving/worker-process',
  'lab/servers/server-process': 'lab/servers/server-process',
}
const COMMAND = join(ROOT, 'dist/cli/main.js')

for (const name of readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' })) {
  if (/^(web|programs)\b/.test(name)) continue
  const source = join(ROOT, 'src', name.replace(COMPILED, '.ts'))
  const stale = name.endsWith('.map') || !existsSync(source)
  if (COMPILED.test(name) && stale) rmSync(join(ROOT, 'dist', name))
}
const { output } = await build({
  root: ROOT,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  build: {
    ssr: true,
    outDir: 'dist',
    emptyOutDir: false,
    target: 'node20',
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(
        Object.entries(PROGRAMS).map(([to, name]) => [to, join(ROOT, 'src', `${name}.ts`)]),
      ),
      output: { entryFileNames: '[name].js', chunkFileNames: `${PARTS}/[name]-[hash].js` },
    },
  },
})
const made = output
  .map(({ fileName }) => fileName)
  .filter((name) => name.startsWith(PROGRAMS_FOLDER))
keepOneBuildBefore(
  join(ROOT, 'dist', PROGRAMS_FOLDER),
  made.map((name) => name.slice(PROGRAMS_FOLDER.length)),
)
writeFileSync(COMMAND, `#!/usr/bin/env node\nimport '../${PARTS}/main.js'\n`)
chmodSync(COMMAND, 0o755)
// A build that did not come this far is made again by whoever needs it.
writeFileSync(join(ROOT, 'dist/.built'), '')
