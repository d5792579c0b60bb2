/**
 * Why this file: an npm package cannot hold symbolic links, and PostgreSQL's libraries need some
 * (`libicuuc.so.60` for `libicuuc.so.60.2`). The package lists them and makes them in an install
 * script, but npm 12, pnpm and `--ignore-scripts` do not run that. Here they are made on first use.
 */
import { lstat, mkdir, readFile, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isErrno } from './errno.js'

interface Link {
  /** The library that is there, as a path in the package. */
  readonly source: string
  /** The other name by which it is looked for. */
  readonly target: string
}

/**
 * Makes the missing links of the package in place. Where the package is read-only they go to
 * `spareFolder`; the answer is then the folders that the loader must search, in this order. It must
 * search the package's own libraries too, else a system's copy of one may be taken for ours.
 */
export async function mendLibraryLinks(
  packageFolder: string,
  spareFolder: string,
): Promise<readonly string[]> {
  const links = await listedLinks(packageFolder)
  const missing: Link[] = []
  for (const link of links) {
    if (!(await isThere(join(packageFolder, link.target)))) missing.push(link)
  }
  if (missing.length === 0) return []
  try {
    for (const { source, target } of missing) {
      await makeLink(basename(source), join(packageFolder, target))
    }
    return []
  } catch (error) {
    if (!isErrno(error, 'EROFS', 'EACCES', 'EPERM')) throw error
  }
  await mkdir(spareFolder, { recursive: true, mode: 0o755 })
  for (const { source, target } of missing) {
    await makeLink(join(packageFolder, source), join(spareFolder, basename(target)))
  }
  return [spareFolder, join(packageFolder, 'native', 'lib')]
}

async function listedLinks(packageFolder: string): Promise<readonly Link[]> {
  try {
    return JSON.parse(await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8'))
  } catch (error) {
    // The Windows package needs none.
    if (isErrno(error, 'ENOENT')) return []
    throw error
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false
    throw error
  }
}

/** Another process may be mending at the same time: a link that has come meanwhile is as good. */
async function makeLink(to: string, path: string): Promise<void> {
  try {
    await symlink(to, path)
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error
  }
}
