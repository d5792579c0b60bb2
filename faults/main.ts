/**
 * `npm run faults`: breaks what can break around the served product, again and again, and holds what
 * callers were told against what the database has. With the same seed it draws the same again.
 */
import { readFile } from 'node:fs/promises'
import os from 'node:os'
import { build } from '../bench/shipped.js'
import { EXIT } from '../src/cli/print/exit-codes.js'
import { openClusters } from './ground/clusters.js'
import { help, type Options, readOptions } from './options.js'
import { PLAN } from './plan.js'
import { publish } from './report.js'
import { type RunResult, runFaults } from './run.js'
import { keepRun, type Sum } from './sums.js'

const IDS = PLAN.map(({ id }) => id)
const say = (line: string) => process.stderr.write(`${line}\n`)

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // A second one: whoever sends it does not want to wait for the repetition to end.
    if (interrupted.signal.aborted) process.exit(EXIT.interrupted)
    say('ending after this repetition; once more ends it now')
    interrupted.abort()
  })
}

const options = optionsOrEnd()
process.exit(await main(options))

function optionsOrEnd(): Options {
  try {
    const read = readOptions(process.argv.slice(2), IDS)
    if (read !== 'help') return read
    process.stdout.write(help(IDS))
    process.exit(EXIT.ok)
  } catch (error) {
    say((error as Error).message)
    process.exit(EXIT.usage)
  }
}

async function main({ ids, seed, size, budgetMs, ...rest }: Options): Promise<number> {
  const startedMs = performance.now()
  say('compiling what is broken')
  await build()
  say(`seed ${seed}`)
  const clusters = await openClusters(say)
  let scenes = 0
  const sceneName = (id: string) => {
    scenes += 1
    return `${id}-${scenes}`
  }
  const result = await runFaults({
    faults: PLAN.filter(({ id }) => ids.includes(id)),
    ground: { clusters, sceneName },
    seed,
    repetitionsOf: ({ repetitions }) => rest.repetitions ?? repetitions[size],
    untilMs: budgetMs === undefined ? undefined : startedMs + budgetMs,
    signal: interrupted.signal,
    say,
  }).finally(clusters.close)
  if (rest.publish) {
    const run = {
      on: new Date().toISOString().slice(0, 10),
      seed,
      machine: machine(),
      versions: await versions(clusters.version),
      minutes: (performance.now() - startedMs) / 60_000,
      sums: result.sums,
    }
    say(`written to ${await publish(PLAN, await keepRun(run, rest))}`)
  }
  return verdict(result)
}

function machine(): string {
  const [core] = os.cpus()
  const memory = Math.round(os.totalmem() / 2 ** 30)
  const system = `${os.type()} ${os.release().split('-')[0]}`
  return `${os.cpus().length} cores of ${core?.model.trim() ?? 'unknown'}, ${memory} GB, ${system}`
}

async function versions(postgres: string): Promise<string> {
  const about = await readFile(new URL('../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(about) as { version: string }
  return `Holdfast ${version}, PostgreSQL ${postgres}, Node.js ${process.version.slice(1)}`
}

function verdict({ sums, interrupted }: RunResult): number {
  const missed = sums.flatMap((sum) => sum.missed)
  const total = (count: (sum: Sum) => number) => sums.reduce((all, sum) => all + count(sum), 0)
  const wrong = total((sum) => sum.wrong)
  process.stdout.write(
    `${total((sum) => sum.repetitions)} repetitions, ${total((sum) => sum.kills)} kills, ` +
      `${total((sum) => sum.failovers)} failovers: ${total((sum) => sum.lost)} lost, ` +
      `${total((sum) => sum.doubled)} doubled, ${wrong} wrong in any way\n`,
  )
  for (const finding of sums.flatMap(({ findings }) => findings)) say(`WRONG ${finding}`)
  if (missed.length > 0) {
    say(`VOID: nobody noticed ${missed.join(', ')}, so that nothing above is worth anything`)
    return EXIT.inconclusive
  }
  if (wrong > 0) return EXIT.failed
  return interrupted ? EXIT.interrupted : EXIT.ok
}
