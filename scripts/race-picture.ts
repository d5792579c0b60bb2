/**
 * Runs a real race and keeps what a terminal shows of it, colour codes included, and the README's
 * picture of that:
 *
 *     npx tsx scripts/race-picture.ts
 */
import { writeFileSync } from 'node:fs'
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
  const frame = `${shown.join('\n')}\n`
  writeFileSync(new URL('race-frame.ansi', import.meta.url), frame)
  writeFileSync(new URL('../docs/pictures/race.svg', import.meta.url), terminalPicture(frame))
} finally {
  await server.release()
}
