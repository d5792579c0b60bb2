/** `holdfast completion`: what a shell offers is what there is. */
import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { CONTROL_NAMES } from '../../../src/lab/controls/control.js'
import { STRATEGY_NAMES } from '../../../src/strategies/strategy.js'
import { run } from '../../support/process/command.js'

const execute = promisify(execFile)

async function scriptFor(shell: string): Promise<string> {
  const { status, stdout, stderr } = await run(['completion', shell])
  expect([status, stderr]).toEqual([0, ''])
  return stdout
}

/** What bash offers for the last of the words. */
async function offered(...words: string[]): Promise<string[]> {
  const script = `${await scriptFor('bash')}
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_holdfast
printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = await execute('bash', ['-euc', script, 'bash', 'holdfast', ...words])
  return stdout.split('\n').filter((word) => word !== '')
}

/** Why a shell's own look at its script is skipped; false when it is there. */
const missing = (shell: string) =>
  spawnSync(shell, ['-c', 'true']).status === 0 ? false : `there is no ${shell} here`

describe('bash', () => {
  test('offers the commands', async () => {
    expect(await offered('')).toEqual(
      expect.arrayContaining(['simulate', 'serve', 'keys', 'audit', 'completion', '--version']),
    )
    expect(await offered('ke')).toEqual(['keys'])
  })

  test('offers what stands below a command, and its flags', async () => {
    expect(await offered('keys', '')).toEqual(['create', 'list', 'revoke', '--help'])
    expect(await offered('keys', 'create', '--')).toEqual([
      '--scope',
      '--name',
      '--listing',
      '--origin',
      '--json',
      '--help',
    ])
    expect(await offered('audit', '--l')).toEqual(['--listing'])
  })

  test('offers the values of a flag or an argument that has only some', async () => {
    expect(await offered('keys', 'create', '--scope', '')).toEqual([
      'admin',
      'seller',
      'storefront',
    ])
    expect(await offered('keys', 'create', '--name', 'x', '--scope', 's')).toEqual([
      'seller',
      'storefront',
    ])
    expect(await offered('simulate', '--mode', '')).toEqual([...CONTROL_NAMES, ...STRATEGY_NAMES])
    expect(await offered('completion', '')).toEqual(['bash', 'zsh', 'fish', '--help'])
  })
})

describe.each(['bash', 'zsh', 'fish'])('the script for %s', (shell) => {
  const reason = missing(shell)
  const look = reason === false ? test : test.skip
  look(
    `can be read by the shell itself${reason === false ? '' : ` (skipped: ${reason})`}`,
    async () => {
      const { status, stderr } = spawnSync(shell, ['-n'], {
        input: await scriptFor(shell),
        encoding: 'utf8',
      })
      expect([status, stderr]).toEqual([0, ''])
    },
  )

  test('names every command', async () => {
    const { stdout: help } = await run(['--help'])
    const commands = [...help.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name)
    const script = await scriptFor(shell)
    expect(commands.length).toBeGreaterThan(7)
    for (const name of commands.filter((each) => each !== 'help')) expect(script).toContain(name)
  })
})

test('an unknown shell is told which ones there are: exit status 2', async () => {
  const { status, stdout, stderr } = await run(['completion', 'tcsh'])
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toContain('Allowed choices are bash, zsh, fish')
})
