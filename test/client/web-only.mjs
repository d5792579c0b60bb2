/**
 * Runs the built client in a world that has what a browser has and nothing of Node's: no process, no
 * Buffer, no module but the client's own. Prints what a hold through it came to.
 */
import { readFileSync } from 'node:fs'
import vm from 'node:vm'

const [, , entry, orders] = process.argv
const { baseUrl, apiKey, listingId, wanted } = JSON.parse(orders)
const WEB = [
  'AbortController',
  'Headers',
  'Response',
  'TextDecoder',
  'URL',
  'URLSearchParams',
  'clearTimeout',
  'crypto',
  'fetch',
  'performance',
  'setTimeout',
]
const context = vm.createContext(Object.fromEntries(WEB.map((name) => [name, globalThis[name]])))
const modules = new Map()

function load(url) {
  if (!url.startsWith('file:')) throw new Error(`a browser does not know ${url}`)
  const known = modules.get(url)
  if (known !== undefined) return known
  const source = readFileSync(new URL(url), 'utf8')
  const module = new vm.SourceTextModule(source, { context, identifier: url })
  modules.set(url, module)
  return module
}

const client = load(entry)
await client.link((specifier, from) => {
  if (!specifier.startsWith('.')) throw new Error(`a browser does not know ${specifier}`)
  return load(new URL(specifier, from.identifier).href)
})
await client.evaluate()
const { createClient } = client.namespace
const held = await createClient({ baseUrl, apiKey }).reservations.hold(listingId, wanted)
process.stdout.write(JSON.stringify({ held, files: [...modules.keys()] }))
