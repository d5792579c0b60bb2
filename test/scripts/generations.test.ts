/** A build beside a server that runs: what the server still needs stays, and no package has it. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

interface Generations {
  keepOneBuildBefore(folder: string, names: readonly string[]): void
}
const script = new URL('../../scripts/generations.mjs', import.meta.url)
const { keepOneBuildBefore } = (await import(script.href)) as Generations

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'holdfast-build-'))
  await mkdir(join(root, 'dist/parts'), { recursive: true })
  const manifest = { name: 'built', version: '1.0.0', files: ['dist'] }
  await writeFile(join(root, 'package.json'), JSON.stringify(manifest))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const folder = () => join(root, 'dist')
async function build(...names: string[]) {
  for (const name of names) await writeFile(join(folder(), name), name)
  keepOneBuildBefore(folder(), names)
  const files = await readdir(join(folder(), 'parts'))
  return files.sort()
}

test('the files of one build before stay, those of two are gone, and the same build counts once', async () => {
  const [one, two, three] = ['parts/a-1.js', 'parts/a-2.js', 'parts/a-3.js']
  expect(await build('main.js', 'parts/b.js', one)).toEqual(['a-1.js', 'b.js'])
  expect(await build('main.js', 'parts/b.js', two)).toEqual(['a-1.js', 'a-2.js', 'b.js'])
  expect(await build('main.js', 'parts/b.js', two)).toEqual(['a-1.js', 'a-2.js', 'b.js'])
  expect(await build('main.js', three)).toEqual(['a-2.js', 'a-3.js', 'b.js'])

  const words = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const { stdout } = await promisify(execFile)('npm', words, { cwd: root })
  const [packed] = JSON.parse(stdout) as [{ files: readonly { path: string }[] }]
  expect(packed.files.map(({ path }) => path).sort()).toEqual([
    'dist/main.js',
    'dist/parts/a-3.js',
    'package.json',
  ])

  expect(await build('main.js', three, two)).toEqual(['a-2.js', 'a-3.js', 'b.js'])
})
