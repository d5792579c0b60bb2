/** A browser, where the machine has one. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The command of a Chromium; undefined where none is on the PATH. */
export const BROWSER = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => {
  return spawnSync(name, ['--version']).status === 0
})

/** Flags for a run without a window, with what pages write to their console on stderr. */
export const HEADLESS = ['--headless', '--no-sandbox', '--disable-gpu', '--enable-logging=stderr']

export interface OpenPage {
  /** What the page has written to its console so far, blocked requests too. */
  console(): string
  close(): Promise<void>
}

export async function openPage(url: string): Promise<OpenPage> {
  const profile = await mkdtemp(join(tmpdir(), 'holdfast-browser-'))
  const browser = spawn(BROWSER ?? '', [...HEADLESS, `--user-data-dir=${profile}`, url], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  browser.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = once(browser, 'exit')
  return {
    console: () =>
      stderr
        .split('\n')
        .filter((line) => line.includes('CONSOLE'))
        .join('\n'),
    async close() {
      browser.kill()
      await ended
      await rm(profile, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
