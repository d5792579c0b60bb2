/** What somebody tried out, and forgot, does not lie in the root. */
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'

const ROOT = new URL('../../', import.meta.url)

test('the root has no program, text or picture but the configuration', () => {
  const names = readdirSync(ROOT).filter((name) => /\.(tsx?|txt|png|sh|log)$/.test(name))
  expect(names).toEqual(['vitest.config.ts'])
})
