/** A release is whole or does not happen. Each test runs the script in a repository of its own. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkVersion, releasedChangelog } from '../../scripts/release.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const TSX = join(ROOT, 'node_modules/tsx/dist/cli.mjs')
const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- Something new.

## [0.1.0] - 2026-01-02

- The first.
`
const NO_NOTES = CHANGELOG.replace('- Something new.\n', '')

describe('in a repository', () => {
  let folder = ''
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim()
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text)
  const run = (...args: readonly string[]) => {
    const script = join(ROOT, 'scripts/release.ts')
    const words = [TSX, script, ...args]
    return spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' })
  }
  const release = (version: string) => run(version, '--date', '2026-12-31')
  /** Everything that a release would change. */
  const state = () => [git('rev-parse', 'HEAD'), git('tag'), git('status', '--porcelain')]

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-release-'))
    git('init', '--quiet', '--initial-branch', 'main')
    git('config', 'user.name', 'Ada')
    git('config', 'user.email', 'ada@example.com')
    write('CHANGELOG.md', CHANGELOG)
    write('package.json', `${JSON.stringify({ name: 'x', version: '0.1.0' }, null, 2)}\n`)
    const packages = { '': { version: '0.1.0' }, 'node_modules/y': { version: '0.1.0' } }
    write('package-lock.json', JSON.stringify({ name: 'x', version: '0.1.0', packages }))
    git('add', '--all')
    git('commit', '--quiet', '--message', 'First')
    git('tag', '--annotate', 'v0.1.0', '--message', '0.1.0')
  })

  afterEach(() => rmSync(folder, { recursive: true }))

  test('moves the notes, writes the version, commits and tags, and publishes nothing', () => {
    const { status, stdout, stderr } = release('0.2.0')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('npm publish')
    expect(git('status', '--porcelain')).toBe('')
    expect(git('log', '-1', '--format=%s')).toBe('Release 0.2.0')
    expect(git('tag', '--points-at', 'HEAD')).toBe('v0.2.0')
    const at = '## [Unreleased]\n\n## [0.2.0] - 2026-12-31\n\n### Added\n\n- Something new.\n'
    expect(read('CHANGELOG.md')).toBe(CHANGELOG.replace(/## \[Unreleased\].*new\.\n/s, at))
    expect(JSON.parse(read('package.json')).version).toBe('0.2.0')
    expect(JSON.parse(read('package-lock.json'))).toMatchObject({
      version: '0.2.0',
      packages: { '': { version: '0.2.0' }, 'node_modules/y': { version: '0.1.0' } },
    })
    expect(run('--check').status).toBe(0)
  })

  test.each([
    ['there is work that is not committed', () => write('new.txt', ''), 'not committed'],
    ['the version has a tag', () => git('tag', 'v0.2.0'), 'v0.2.0 exists already'],
    ['nothing is new', () => commit(NO_NOTES), 'no notes under "## [Unreleased]"'],
    ['the changelog has no such heading', () => commit('# Changelog\n'), '0 headings'],
  ])('when %s there is no release, and a sentence says why', (_why, spoil, sentence) => {
    spoil()
    const before = state()
    const { status, stderr } = release('0.2.0')
    expect(stderr).toContain(sentence)
    expect(status).toBe(1)
    expect(state()).toEqual(before)
  })

  test('what was committed after a release may not be published', () => {
    release('0.2.0')
    commit(read('CHANGELOG.md').replace('- Something', '- Something more'))
    const { status, stderr } = run('--check')
    expect(status).toBe(1)
    expect(stderr).toContain('is not the tag v0.2.0')
  })

  function commit(changelog: string): void {
    write('CHANGELOG.md', changelog)
    git('commit', '--quiet', '--all', '--message', 'Another')
  }
})

test('the script finds the heading and the notes of this very changelog', () => {
  const changelog = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8')
  const headings = changelog.match(/^## \[Unreleased\]$/gm)
  expect(headings, 'CHANGELOG.md has one heading "## [Unreleased]"').toHaveLength(1)
  const noted = changelog.replace('## [Unreleased]', '## [Unreleased]\n\n- A note.')
  expect(releasedChangelog(noted, '9.9.9', '2026-12-31')).toContain(
    '## [Unreleased]\n\n## [9.9.9] - 2026-12-31\n\n- A note.',
  )
})

test.each([
  ['a heading without brackets', CHANGELOG.replace('[Unreleased]', 'Unreleased'), '0 headings'],
  ['two headings', `${CHANGELOG}\n## [Unreleased]\n`, '2 headings'],
  ['a heading in the text', CHANGELOG.replace('## [Unr', 'see ## [Unr'), '0 headings'],
  ['notes of older releases only', NO_NOTES, 'no notes'],
  ['the version already', CHANGELOG.replace('0.1.0', '0.2.0'), 'heading for 0.2.0 already'],
])('a changelog with %s is refused', (_what, changelog, sentence) => {
  expect(() => releasedChangelog(changelog, '0.2.0', '2026-12-31')).toThrow(sentence)
})

test.each([
  ['0.1.0', '0.1.1', true],
  ['0.9.0', '0.10.0', true],
  ['0.9.9', '1.0.0', true],
  ['1.2.3', '1.2.3', false],
  ['1.2.3', '1.1.9', false],
  ['1.10.0', '1.9.0', false],
  ['1.2.3', 'v1.2.4', false],
  ['1.2.3', '1.2', false],
])('after %s comes %s: %s', (current, next, allowed) => {
  const check = () => checkVersion(current, next)
  if (allowed) expect(check).not.toThrow()
  else expect(check).toThrow(/not a version|not higher/)
})
