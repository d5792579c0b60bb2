/**
 * Makes the README's picture from a real race:
 *
 *     npx tsx scripts/race-picture.ts > docs/pictures/race.svg
 */
import { renderRacePanel } from '../src/cli/terminal/live/race-panel.js'
import { renderRecount } from '../src/cli/terminal/verdict/verdict.js'
import { openEmbeddedPostgres } from '../src/embedded/embedded.js'
import type { RaceOptions, RaceSnapshot } from '../src/lab/race/race.js'
import { simulate } from '../src/lab/race/simulate.js'
import { terminalPicture } from './terminal-picture.js'

const LOOK = { columns: 100, color: true }
const race: RaceOptions = {
  scenario: 'evento',
  strategy: 'naive',
  clients: 200,
  servers: 2,
  units: 200,
  thinkMs: 300,
  connections: 4,
  seed: 7,
}

const server = await openEmbeddedPostgres()
try {
  let last: RaceSnapshot | undefined
  const result = await simulate(race, {
    databaseUrl: server.url,
    onSnapshot: (snapshot) => {
      last = snapshot
    },
  })
  const panel = last === undefined ? [] : renderRacePanel(last, { ...LOOK, safe: false })
  const shown = [
    '$ npx holdfast simulate --mode naive',
    '',
    ...panel,
    '',
    ...renderRecount(result, LOOK),
  ]
  process.stdout.write(terminalPicture(shown.join('\n')))
} finally {
  await server.release()
}
