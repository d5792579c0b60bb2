/**
 * Makes a release of what is checked out, on this machine alone:
 *
 *     npm run release -- 0.2.0
 *
 * It moves the notes of CHANGELOG.md from "Unreleased" under the version, writes the version into
 * package.json and its lock file, commits and tags. It publishes and pushes nothing: it prints how.
 * `--check` says whether what is checked out is a release; npm asks that before it publishes.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Why there is no release, as a sentence for whoever wanted one. */
export class NotReleasable extends Error {}

const VERSION = /^(\d+)\.(\d+)\.(\d+)$/
const UNRELEASED = '## [Unreleased]'

/**
 * The changelog with its unreleased notes under a heading of their own.
 *
 * @param date `2026-12-31`
 * @throws NotReleasable when there is no one heading "Unreleased", nothing under it, or the version
 * has a heading already
 */
export function releasedChangelog(changelog: string, version: string, date: string): string {
  const lines = changelog.split('\n')
  const headings = lines.flatMap((line, i) => (line.startsWith('## ') ? [i] : []))
  const unreleased = headings.filter((i) => lines[i]?.trim() === UNRELEASED)
  const [at] = unreleased
  if (at === undefined || unreleased.length > 1) {
    throw new NotReleasable(
      `CHANGELOG.md has ${unreleased.length} headings "${UNRELEASED}": there has to be one.`,
    )
  }
  if (headings.some((i) => lines[i]?.startsWith(`## [${version}]`))) {
    throw new NotReleasable(`CHANGELOG.md has a heading for ${version} already.`)
  }
  const end = headings.find((i) => i > at) ?? lines.length
  const notes = lines.slice(at + 1, end)
  if (!notes.some((line) => /^[-*] \S/.test(line))) {
    throw new NotReleasable(
      `CHANGELOG.md has no notes under "${UNRELEASED}": say what is new for those who use it.`,
    )
  }
  return [...lines.slice(0, at + 1), '', `## [${version}] - ${date}`, ...lines.slice(at + 1)].join(
    '\n',
  )
}

/** @throws NotReleasable unless `next` is a version, and a higher one */
export function checkVersion(current: string, next: string): void {
  const [from, to] = [VERSION.exec(current), VERSION.exec(next)]
  if (from === null || to === null) {
    throw new NotReleasable(`"${next}" is not a version: give three numbers, as in 1.2.3.`)
  }
  const first = [1, 2, 3].find((part) => from[part] !== to[part])
  if (first === undefined || Number(to[first]) < Number(from[first])) {
    throw new NotReleasable(`${next} is not higher than ${current}, the version in package.json.`)
  }
}

/** The files of a release, and the git that they are in. */
interface Checkout {
  git(...args: readonly string[]): string
  read(file: string): string
  write(file: string, text: string): void
}

function checkoutIn(folder: string): Checkout {
  return {
    git: (...args) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim(),
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    write: (file, text) => writeFileSync(join(folder, file), text),
  }
}

/** Releases what is checked out in `folder`; nothing is written when it cannot be. */
function release(folder: string, version: string, date: string): void {
  const { git, read, write } = checkoutIn(folder)
  const [manifest, lock] = [read('package.json'), read('package-lock.json')]
  const { version: current } = JSON.parse(manifest) as { version: string }
  checkVersion(current, version)
  const pending = git('status', '--porcelain')
  if (pending !== '') {
    throw new NotReleasable(`There is work that is not committed:\n${pending}`)
  }
  const tag = `v${version}`
  if (git('tag', '--list', tag) !== '') throw new NotReleasable(`The tag ${tag} exists already.`)
  const changelog = releasedChangelog(read('CHANGELOG.md'), version, date)
  write('CHANGELOG.md', changelog)
  write('package.json', withVersion(manifest, current, version))
  write('package-lock.json', withVersion(lock, current, version))
  git('commit', '--quiet', '--all', '--message', `Release ${version}`)
  git('tag', '--annotate', tag, '--message', `Holdfast ${version}`)
}

/** Replaces the package's own version and leaves those of its dependencies alone. */
function withVersion(json: string, current: string, version: string): string {
  const content = JSON.parse(json) as {
    version: string
    packages?: Record<string, { version?: string }>
  }
  content.version = version
  const own = content.packages?.['']
  if (own?.version === current) own.version = version
  return `${JSON.stringify(content, null, 2)}\n`
}

/** @throws NotReleasable unless what is checked out in `folder` is a release, and nothing else */
function checkReleased(folder: string): void {
  const { git, read } = checkoutIn(folder)
  const { version } = JSON.parse(read('package.json')) as { version: string }
  const tags = git('tag', '--points-at', 'HEAD').split('\n')
  if (git('status', '--porcelain') !== '' || !tags.includes(`v${version}`)) {
    throw new NotReleasable(
      `What is checked out is not the tag v${version}: make a release with npm run release.`,
    )
  }
  if (!read('CHANGELOG.md').includes(`\n## [${version}] - `)) {
    throw new NotReleasable(`CHANGELOG.md has no heading for ${version}.`)
  }
}

const USAGE = 'npm run release -- VERSION [--date YYYY-MM-DD], or npm run release -- --check'

function main([version, ...rest]: readonly string[]): void {
  const folder = process.cwd()
  if (version === '--check') {
    checkReleased(folder)
    return
  }
  const date = rest[0] === '--date' ? rest[1] : new Date().toISOString().slice(0, 10)
  if (version === undefined || date === undefined) throw new NotReleasable(USAGE)
  release(folder, version, date)
  process.stdout.write(
    `${version} is committed and tagged here, and nowhere else. When npm test has passed:\n\n` +
      '  git push --follow-tags\n  npm publish\n\n' +
      `To take it back: git tag --delete v${version} && git reset --hard HEAD~1\n`,
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main(process.argv.slice(2))
  } catch (error) {
    if (!(error instanceof NotReleasable)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}
