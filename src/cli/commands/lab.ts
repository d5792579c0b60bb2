/** `holdfast lab`: the race in a browser, on this machine and for nobody else. */
import type { Command } from 'commander'
import { readConfig } from '../config/config.js'
import { wholeNumber } from '../config/whole-number.js'
import { connect } from '../database/connect.js'
import { printNote } from '../print/output.js'
import { interruptible } from '../race/interruption.js'
import { addPlaceFlags, type PlaceFlags, placeOf } from '../race/race-flags.js'

interface LabFlags extends PlaceFlags {
  readonly port: number
}

const PORT_MAX = 65_535
const HOST = '127.0.0.1'

const HELP = `
It listens on ${HOST} alone, and answers only under the address that it prints, which has a token.`

export function addLab(program: Command): void {
  const command = program
    .command('lab')
    .description('serve a page on this machine that races strategies and shows how it goes')
    .option('--port <n>', 'where to listen; 0 takes any that is free', wholeNumber(0, PORT_MAX), 0)
  addPlaceFlags(command).addHelpText('after', HELP).action(run)
}

async function run(flags: LabFlags): Promise<void> {
  const { config, inPlace } = placeOf(flags, readConfig(process.env))
  const { fresh = false } = flags
  const connection = await connect(config, { fresh, onProgress: printNote })
  try {
    const [{ createLab }, { createRuns }, { newToken }] = await Promise.all([
      import('../lab/app.js'),
      import('../lab/runs.js'),
      import('../lab/guard.js'),
    ])
    const runs = createRuns({ databaseUrl: connection.url, ...inPlace })
    const token = newToken()
    const app = createLab({
      ...{ runs, token },
      onFault: (error) => printNote(error instanceof Error ? `${error.stack}` : String(error)),
    })
    await interruptible(async (signal) => {
      const address = await app.listen({ port: flags.port, host: HOST })
      printNote(`The lab is open at ${address}/${token}/`)
      printNote('Ctrl-C closes it. In a terminal the same is: holdfast compare')
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      await runs.close()
      await app.close()
    })
  } finally {
    await connection.release()
  }
}
