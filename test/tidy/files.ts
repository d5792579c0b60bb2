/** The files of the project as the tidy tests read them: no database, no compiler, only text. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Folders that people write; everything else is installed, built or made by a run. */
const FOLDERS = [
  ...['deploy', 'src', 'test', 'bench', 'faults', 'scripts', 'docs', 'migrations'],
  ...['.github', '.ci'],
]

export interface TextFile {
  /** From the root of the project, with `/`. */
  readonly path: string
  readonly text: string
}

/** Every file of the folders, by its path from the root; the folder `results` of the bench is data. */
export function pathsIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return path === 'bench/results' ? [] : pathsIn(path)
    return [path]
  })
}

/** The files of the project whose names end so, those in its root included. */
export function filesEnding(...endings: readonly string[]): TextFile[] {
  const inRoot = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isFile())
  return [...inRoot.map((entry) => entry.name), ...FOLDERS.flatMap(pathsIn)]
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .map((path) => ({ path, text: read(path) }))
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** A file that a program writes says so near its top, and names the command. */
export function isGenerated({ text }: TextFile): boolean {
  const head = text.split('\n', 12).join(' ')
  return /\b(?:made|generated|written|dumped)\b[^.:]*\bby\b[^.:]*`npm run /i.test(head)
}
