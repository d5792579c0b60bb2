/** Server processes that take commands over their channel; see engine-server.mjs and telling-server.mjs. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { CommandResult } from '../../../src/engine/engine.js'
import type { ContestantName } from '../../../src/lab/race/race.js'
import type { FailPoint } from '../../../src/storage/driver/database.js'

const programOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))

export interface EngineServerOptions {
  readonly url: string
  readonly strategy: ContestantName
  /** Where it kills itself, and at which time of coming by. */
  readonly point?: FailPoint
  readonly nth?: number
}

export interface TellingServerOptions {
  readonly url: string
  readonly mailUrl: string
  /** For one mail, and for one webhook. */
  readonly timeoutMs: number
}

export class EngineServer {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (answer: CommandResult | undefined) => void>()
  #asked = 0

  private constructor(child: ChildProcess) {
    this.#child = child
    child.on('message', (message: { id: number; answer?: CommandResult }) => {
      this.#waiting.get(message.id)?.(message.answer)
      this.#waiting.delete(message.id)
    })
    child.on('exit', () => {
      for (const tell of this.#waiting.values()) tell(undefined)
      this.#waiting.clear()
    })
  }

  static start(options: EngineServerOptions): Promise<EngineServer> {
    return EngineServer.#run('engine-server.mjs', options)
  }

  /** One that also tells whoever listens of what was committed. */
  static startTelling(options: TellingServerOptions): Promise<EngineServer> {
    return EngineServer.#run('telling-server.mjs', options)
  }

  static async #run(program: string, options: object): Promise<EngineServer> {
    const child = fork(programOf(program), [JSON.stringify(options)])
    await once(child, 'message')
    return new EngineServer(child)
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** The engine's answer; undefined when it was a fault, or when none came. */
  ask(method: 'reserve' | 'cancel', ...args: unknown[]): Promise<CommandResult | undefined> {
    return new Promise((resolve) => {
      this.#asked += 1
      if (!this.#child.connected) return resolve(undefined)
      this.#waiting.set(this.#asked, resolve)
      this.#child.send({ id: this.#asked, method, args }, (error) => error && resolve(undefined))
    })
  }

  /** Kills it; resolves when it is gone. */
  async stop(): Promise<void> {
    if (!this.alive) return
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
  }
}
