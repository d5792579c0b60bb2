/** Servers that book and tell, and are killed meanwhile. */
import { setTimeout as pause } from 'node:timers/promises'
import { newId } from '../../../src/domain/ids.js'
import type { CommandResult } from '../../../src/engine/engine.js'
import { EngineServer, type TellingServerOptions } from '../../support/process/engine-server.js'

/** A fault is answered again and again: two times by servers that live are enough. */
const TRIES_MAX = 2

/** Servers that are asked in turn; each that is killed is replaced. */
export class Fleet {
  readonly #options: TellingServerOptions
  readonly #servers: EngineServer[] = []
  #steps = 0
  kills = 0

  constructor(options: TellingServerOptions) {
    this.#options = options
  }

  async grow(): Promise<void> {
    this.#servers.push(await EngineServer.startTelling(this.#options))
  }

  get #alive(): readonly EngineServer[] {
    return this.#servers.filter((server) => server.alive)
  }

  async killOne(): Promise<void> {
    const [victim] = this.#alive
    this.kills += 1
    await victim?.stop()
    await this.grow()
  }

  /** Asks under one key until somebody says yes or no; undefined when the database refuses each time. */
  async persist(
    method: 'reserve' | 'cancel',
    ...args: readonly unknown[]
  ): Promise<CommandResult | undefined> {
    const key = newId()
    for (let tries = 0; tries < TRIES_MAX; ) {
      const alive = this.#alive
      this.#steps += 1
      const server = alive[this.#steps % alive.length]
      const answer = await server?.ask(method, ...args, { key })
      const isBusy = answer?.kind === 'refused' && answer.refusal.code === 'idempotency_in_progress'
      if (answer !== undefined && !isBusy) return answer
      // Of a server that was killed nobody knows whether it refused.
      if (server?.alive && !isBusy) tries += 1
      await pause(5)
    }
    return undefined
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()))
  }
}
