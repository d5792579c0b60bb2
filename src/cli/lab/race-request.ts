/** What the page asks for, read by the very parsers of the command line, so that both allow the same. */
import { Command, CommanderError } from 'commander'
import { HoldfastError } from '../../domain/errors.js'
import type { ContestantName, RaceOptions } from '../../lab/race/race.js'
import {
  addRaceFlags,
  type ComparedFlags,
  comparedRaceOf,
  strategiesOption,
} from '../race/race-flags.js'
import type { RaceRequest } from './wire.js'

export interface RequestedRace {
  readonly race: Omit<RaceOptions, 'strategy'>
  readonly strategies: readonly ContestantName[]
}

const FLAGS: Readonly<Record<keyof RaceRequest, string>> = {
  scenario: '--scenario',
  strategies: '--strategies',
  clients: '--clients',
  servers: '--servers',
  rooms: '--rooms',
  thinkMs: '--think-ms',
  connections: '--connections',
  seed: '--seed',
  rate: '--rate',
  isolation: '--isolation',
  chaos: '--chaos',
}

/** More tracks than this fit no screen, and there are fewer contestants. */
const WORDS_MAX = 20

/**
 * @param body whatever was sent
 * @throws HoldfastError `invalid_input` with the sentence that the command line would print
 */
export async function requestedRace(body: unknown): Promise<RequestedRace> {
  const command = strategiesFirst()
  try {
    command.parse(wordsOf(body), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    throw wrong(error.message.replace(/^error: /, ''))
  }
  return comparedRaceOf(command.opts<ComparedFlags>())
}

function strategiesFirst(): Command {
  const command = new Command('compare')
    .exitOverride()
    .helpOption(false)
    .addOption(strategiesOption())
  return addRaceFlags(command).configureOutput({ writeErr: () => {}, writeOut: () => {} })
}

function wordsOf(body: unknown): string[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw wrong('a race is asked for as an object of JSON')
  }
  return Object.entries(body).flatMap(([name, value]) => {
    if (!Object.hasOwn(FLAGS, name)) {
      throw wrong(`there is no ${JSON.stringify(name)}; allowed: ${Object.keys(FLAGS).join(', ')}`)
    }
    const flag = FLAGS[name as keyof RaceRequest]
    const words = Array.isArray(value) ? value : [value]
    if (words.length === 0) return []
    if (words.length > WORDS_MAX || !words.every(isWord)) {
      throw wrong(`${name} is a number, a word, or a list of words`)
    }
    // One word of the command line: a value that begins with a dash is no flag of its own.
    return [`${flag}=${words.join(',')}`]
  })
}

function isWord(value: unknown): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && value !== '')
}

/** The same race as words for a terminal. */
export function commandOf({ race, strategies }: RequestedRace): string {
  const words = [
    `--scenario ${race.scenario}`,
    `--strategies ${strategies.join(',')}`,
    '--rounds 1',
    `--clients ${race.clients}`,
    `--servers ${race.servers}`,
    `--rooms ${race.units}`,
    `--think-ms ${race.thinkMs}`,
    `--connections ${race.connections}`,
    `--seed ${race.seed}`,
    ...(race.rate === undefined ? [] : [`--rate ${race.rate}`]),
    ...(race.isolation === undefined ? [] : [`--isolation ${race.isolation.replace(' ', '-')}`]),
    ...(race.chaos === undefined ? [] : [`--chaos ${race.chaos.join(',')}`]),
  ]
  return `npx holdfast compare ${words.join(' ')}`
}

function wrong(message: string): HoldfastError {
  return new HoldfastError('invalid_input', message)
}
