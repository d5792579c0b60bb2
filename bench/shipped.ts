/**
 * What is measured is what npm ships: the compiled program in dist/, not the sources as tsx loads
 * them. tsx keeps the names of functions by defining a property on each one that is made, also on
 * every short-lived one inside a hot function, and that would be part of every figure.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../', import.meta.url)

/** Brings dist/ up to date with the sources. @throws Error when they do not compile */
export async function build(): Promise<void> {
  const compiler = fileURLToPath(new URL('node_modules/typescript/bin/tsc', ROOT))
  const child = spawn(process.execPath, [compiler, '-b', 'tsconfig.build.json'], {
    cwd: fileURLToPath(ROOT),
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error('the sources do not compile')
}

/** The compiled modules that the measured processes are made of. */
export async function shipped() {
  const [engine, holdfast, app, database, registry, dispatcher] = await Promise.all([
    load<typeof import('../src/engine/engine.js')>('engine/engine.js'),
    load<typeof import('../src/engine/holdfast.js')>('engine/holdfast.js'),
    load<typeof import('../src/http/app.js')>('http/app.js'),
    load<typeof import('../src/storage/driver/database.js')>('storage/driver/database.js'),
    load<typeof import('../src/strategies/registry.js')>('strategies/registry.js'),
    load<typeof import('../src/notices/dispatcher.js')>('notices/dispatcher.js'),
  ])
  return {
    createEngine: engine.createEngine,
    holdfastOn: holdfast.holdfastOn,
    createApp: app.createApp,
    openDatabase: database.openDatabase,
    strategies: registry.STRATEGIES,
    createDispatcher: dispatcher.createDispatcher,
  }
}

function load<Module>(file: string): Promise<Module> {
  return import(new URL(`dist/${file}`, ROOT).href)
}
