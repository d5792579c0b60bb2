/**
 * Why this file: everything the embedded server keeps lives in one folder, its home, and all
 * processes of one project must find the same one, also when the server's own account cannot enter
 * the project.
 *
 * The home is `postgres` in the folder asked for. When only root can enter that folder, the home
 * is in a place of the system, and `postgres` is a symbolic link to it.
 */
import { createHash } from 'node:crypto'
import {
  access,
  chmod,
  mkdir,
  readlink,
  realpath,
  rmdir,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isErrno } from './errno.js'
import { closedFolder, isRoot } from './run-as.js'

/** `.holdfast` beside the nearest package.json above `start`, else in `start`. */
export async function defaultFolder(start: string): Promise<string> {
  for (let at = resolve(start); ; at = dirname(at)) {
    const found = await access(join(at, 'package.json')).then(
      () => true,
      () => false,
    )
    if (found) return join(at, '.holdfast')
    if (at === dirname(at)) return join(start, '.holdfast')
  }
}

/** The real path of the home in `folder`; made when absent. Any number of processes may ask at once. */
export async function findHome(
  folder: string,
  systemFolder: string,
  onProgress: (line: string) => void,
): Promise<string> {
  const home = join(folder, 'postgres')
  try {
    return await realpath(home)
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
  }
  await makeFolder(folder)
  const closed = isRoot() ? await closedFolder(folder) : undefined
  if (closed === undefined) await mkdir(home, { recursive: true, mode: isRoot() ? 0o755 : 0o700 })
  else {
    const away = await linkAway(home, systemFolder)
    onProgress(
      `PostgreSQL runs under an account of its own, which cannot enter ${closed}: ` +
        `its data is kept in ${away}`,
    )
  }
  const real = await realpath(home)
  // The mask of the process may have closed what it made to the server's account.
  if (isRoot()) await chmod(real, 0o755)
  return real
}

/** The default folder; made when absent. */
export async function dataFolder(start: string): Promise<string> {
  const folder = await defaultFolder(start)
  await makeFolder(folder)
  return folder
}

/** Makes the folder and, being its maker, opens it and keeps it out of version control. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true })
  if (first === undefined) return
  for (let at = folder; isRoot(); at = dirname(at)) {
    await chmod(at, 0o755)
    if (at === first) break
  }
  await writeFile(join(folder, '.gitignore'), '*\n')
}

/**
 * The link is what counts: whose link is made first has made the home. A folder that is already in
 * the place of the system without a link to it may be that of a project that was moved, and is left
 * alone; deleting a link is starting anew, like deleting a home.
 */
async function linkAway(home: string, systemFolder: string): Promise<string> {
  const target = await newFolder(home, systemFolder)
  try {
    await symlink(target, home)
    return target
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error
    await rmdir(target)
  }
  // Another process was first, with a link or even with a folder; or it is an old link to nowhere.
  const found = await readlink(home).then(
    (link) => resolve(dirname(home), link),
    () => home,
  )
  await mkdir(found, { recursive: true })
  return found
}

async function newFolder(home: string, systemFolder: string): Promise<string> {
  await mkdir(systemFolder, { recursive: true })
  await chmod(systemFolder, 0o755)
  const hash = createHash('sha256')
    .update(await realpath(dirname(home)))
    .digest('hex')
  for (let attempt = 1; ; attempt++) {
    const path = join(systemFolder, `data-${hash.slice(0, 16)}${attempt > 1 ? `-${attempt}` : ''}`)
    try {
      await mkdir(path)
      return path
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error
    }
  }
}
