/** The published client needs nothing: no package, nothing of Node's, no file outside its folder. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { useListening, wantedOf } from './listening.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const BUILT = new URL('../../dist/client/', import.meta.url)
const execute = promisify(execFile)
const service = useListening()

describe('the built client', () => {
  const files = readdirSync(BUILT).filter((name) => /\.(js|d\.ts)$/.test(name))

  test.each(files)('%s imports nothing but its neighbours', (name) => {
    const text = readFileSync(new URL(name, BUILT), 'utf8')
    const imports = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g)]
    const foreign = imports
      .map(([, path = '']) => path)
      .filter((path) => !/^\.\/[\w-]+\.js$/.test(path))
    expect(foreign).toEqual([])
    expect(text).not.toMatch(/\/\/\/ <reference/)
  })

  test('makes a hold where there is only what a browser has', async () => {
    const orders = {
      baseUrl: service.baseUrl,
      apiKey: service.keys.storefront,
      listingId: service.listingId,
      wanted: wantedOf(service.poolIds[2]),
    }
    const script = fileURLToPath(new URL('./web-only.mjs', import.meta.url))
    const entry = new URL('client.js', BUILT).href
    const words = [
      '--experimental-vm-modules',
      '--no-warnings',
      script,
      entry,
      JSON.stringify(orders),
    ]
    const { stdout } = await execute(process.execPath, words)
    const { held, files: loaded } = JSON.parse(stdout)
    expect(held).toMatchObject({ ok: true, value: { state: 'held' } })
    expect(loaded.length).toBeGreaterThan(5)
  })

  test('is what an application gets that asks for holdfast/client', async () => {
    const words = [
      '--input-type=module',
      '-e',
      "console.log(Object.keys(await import('holdfast/client')).sort().join())",
    ]
    const { stdout } = await execute(process.execPath, words, { cwd: ROOT })
    expect(stdout.trim()).toBe('HoldfastClientError,REFUSAL_CODES,createClient')
  })
})
