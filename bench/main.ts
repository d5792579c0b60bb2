/**
 * `npm run bench`: what Holdfast does on this machine, beside what else could be done on it.
 * Absolute figures depend on the machine; ratios within one run travel better.
 */
import { readFile } from 'node:fs/promises'
import { openEmbeddedPostgres } from '../src/embedded/embedded.js'
import { ENTRIES } from './entries/all.js'
import type { Context } from './entries/entry.js'
import { machineOf } from './machine.js'
import { type Options, readOptions } from './options.js'
import { profileBatched } from './profile-batched.js'
import { goalsOf } from './report/goals.js'
import { keep, type ProfileRun, publish, publishProfile, type Run } from './report/publish.js'
import { goalLines } from './report/tables.js'
import { Results } from './results.js'
import { runAll } from './run.js'
import { build } from './shipped.js'
import { openStage } from './stage.js'

/** For the reference with two hundred connections, beside the engine's and the bench's own. */
const CONNECTIONS_MAX = '300'
const INTERRUPTED = 130
const MISUSED = 2

const say = (line: string) => process.stderr.write(`${line}\n`)
const options = optionsOrEnd()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(INTERRUPTED))
}
if (options.report === undefined) await measure()
else await publishKept(JSON.parse(await readFile(options.report, 'utf8')) as Run | ProfileRun)

function optionsOrEnd(): Options {
  try {
    return readOptions(
      process.argv.slice(2),
      ENTRIES.map((entry) => entry.name),
    )
  } catch (error) {
    say((error as Error).message)
    process.exit(MISUSED)
  }
}

async function measure(): Promise<void> {
  say('compiling what is measured')
  await build()
  const given = process.env['DATABASE_URL']
  const server =
    given === undefined
      ? await openEmbeddedPostgres({
          folder: '.holdfast/bench',
          settings: { max_connections: CONNECTIONS_MAX },
          onProgress: say,
        })
      : { url: given, release: async () => {} }
  try {
    await measureOn(server.url, given === undefined)
  } finally {
    await server.release()
  }
}

async function measureOn(serverUrl: string, embedded: boolean): Promise<void> {
  const stage = await openStage(serverUrl)
  const context: Context = { options, serverUrl, stage, say }
  try {
    const machine = await machineOf(stage.client, embedded)
    if (options.profile) {
      const profiled = { machine, profiles: await profileBatched(context) }
      say(`written to ${await keep(`${machine.measuredOn}-profile.json`, profiled)}`)
      if (options.publish) await publishProfile(profiled)
      return
    }
    const entries = ENTRIES.filter((entry) => options.entries.includes(entry.name))
    const { results, failures } = await runAll(entries, context)
    const run: Run = { machine, options, cells: results.cells }
    say(`written to ${await keep(`${machine.measuredOn}-${options.size}.json`, run)}`)
    await tell(run, failures)
  } finally {
    await stage.close()
  }
}

/** Writes the documents from results that are kept already. */
async function publishKept(kept: Run | ProfileRun): Promise<void> {
  if ('profiles' in kept) await publishProfile(kept)
  else await tell(kept, [])
}

/** Prints how far the goals are reached, and writes the documents if asked to and nothing failed. */
async function tell(run: Run, failures: readonly string[]): Promise<void> {
  process.stdout.write(`${goalLines(goalsOf(new Results(run.cells)))}\n`)
  for (const failure of failures) say(`FAILED ${failure}`)
  if (failures.length > 0) process.exitCode = 1
  else if (options.publish || options.report !== undefined) await publish(run)
}
