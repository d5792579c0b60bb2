/**
 * Keeps the files of the build before beside those of the last one. A server that runs while somebody builds
 * has pages in its memory that load files under their old names, and programs that import a part of
 * themselves when they first need it. One build later nothing of it is left.
 *
 * What is kept is named in `.npmignore`, so that no package has it.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const LIST = '.npmignore'

/**
 * @param {string} folder in which a name of a file changes with its content
 * @param {readonly string[]} names what the build has just made of it, as paths below the folder
 */
export function keepOneBuildBefore(folder, names) {
  const made = new Set(names)
  const list = join(folder, LIST)
  const older = new Set(existsSync(list) ? readFileSync(list, 'utf8').split('\n') : [])
  const others = filesIn(folder).filter((name) => name !== LIST && !made.has(name))
  const before = others.filter((name) => !older.has(`/${name}`))
  // The same build once more puts nothing out of use.
  const kept = before.length === 0 ? others : before
  for (const name of others) if (!kept.includes(name)) rmSync(join(folder, name))
  if (kept.length === 0) rmSync(list, { force: true })
  else writeFileSync(list, kept.map((name) => `/${name}\n`).join(''))
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(folder.length)
        .replace(/^[\\/]/, ''),
    )
    .map((path) => path.replaceAll('\\', '/'))
}
