/** What the house's formatter makes of a text. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../', import.meta.url))

/** @param path what file it is going to be; its name says which language it is in */
export function formatted(text: string, path: string): string {
  const words = ['node_modules/@biomejs/biome/bin/biome', 'format', `--stdin-file-path=${path}`]
  const ended = spawnSync(process.execPath, words, { cwd: ROOT, input: text, encoding: 'utf8' })
  if (ended.status !== 0) throw new Error(`cannot format ${path}: ${ended.stderr}`)
  return ended.stdout
}
