/**
 * The primary process of `serve --workers`: keeps the configured number of workers behind one
 * port, replaces those that crash and, on SIGHUP, each of them in turn. It serves nothing itself, so
 * that little can go wrong in it.
 */
import type { FastifyBaseLogger } from 'fastify'
import { learn, onLearned } from '../../engine/lineages.js'
import { createFiguresRelay } from './figures-relay.js'
import { type Ended, forkMember, type Member } from './members.js'
import type { WorkerOrders } from './worker-messages.js'

export interface SupervisorOptions {
  readonly workers: number
  /** The orders of each worker, from worker 1 up. */
  readonly ordersOf: (worker: number) => WorkerOrders
  readonly log: FastifyBaseLogger
  /** How long workers may take to stop, in milliseconds. */
  readonly stopTimeoutMs: number
  /** Called once, when the first of them serves. */
  readonly onServing: (address: string) => void
}

/** A worker that does not serve after this time is killed, and counts as a failed start. */
const START_TIMEOUT_MS = 60_000
/** A worker that has served for this long did not fail to start. */
const STEADY_MS = 10_000
const PAUSE_MS = 200
const PAUSE_MS_MAX = 10_000
/** How many starts in a row, per worker, may fail while no worker serves. */
const STARTS_PER_WORKER_MAX = 3

/**
 * Resolves when all workers have ended, after SIGTERM or SIGINT.
 *
 * @returns true when each of them answered what was under way; false when one did not, or none came up
 */
export function supervise(options: SupervisorOptions): Promise<boolean> {
  return new Promise((resolve) => new Supervisor(options, resolve))
}

class Supervisor {
  readonly #options: SupervisorOptions
  readonly #done: (well: boolean) => void
  /** The worker for each number, whether it serves yet or not. */
  readonly #current = new Map<number, Member>()
  /** Every process that has not ended, those that retire or start in another's place included. */
  readonly #all = new Set<Member>()
  readonly #pauses = new Map<number, NodeJS.Timeout>()
  /** How often in a row the worker of each number crashed soon after its start. */
  readonly #crashes = new Map<number, number>()
  readonly #relay = createFiguresRelay((member) => this.#others(member))
  #failedStarts = 0
  #announced = false
  #restarting = false
  #restartAgain = false
  #stopping = false
  #well = true

  constructor(options: SupervisorOptions, done: (well: boolean) => void) {
    this.#options = options
    this.#done = done
    process.on('SIGTERM', () => this.#stop('SIGTERM'))
    process.on('SIGINT', () => this.#stop('SIGINT'))
    process.on('SIGHUP', () => void this.#restart())
    onLearned((lineage) => {
      for (const member of this.#all) member.send({ kind: 'lineage', lineage })
    })
    for (const worker of this.#numbers()) this.#start(worker)
  }

  #numbers(): number[] {
    return Array.from({ length: this.#options.workers }, (_, i) => i + 1)
  }

  #serving(): Member[] {
    return [...this.#current.values()].filter((each) => each.servingSinceMs !== undefined)
  }

  #others(member: Member): Member[] {
    return this.#serving().filter((each) => each !== member)
  }

  #fork(worker: number): Member {
    const { ordersOf, log } = this.#options
    const member = forkMember(ordersOf(worker), (from, message) => {
      if (message.kind === 'lineage') learn(message.lineage)
      else this.#relay.receive(from, message)
    })
    this.#all.add(member)
    const late = setTimeout(() => member.kill(), START_TIMEOUT_MS).unref()
    void member.listening.catch(() => {}).then(() => clearTimeout(late))
    void member.listening.then(
      (address) => this.#serves(member, address),
      (error: Error) => {
        if (!this.#stopping) log.error({ worker }, `a worker did not come up: ${error.message}`)
      },
    )
    void member.ended.then((ended) => this.#ended(member, ended))
    return member
  }

  /** Starts a process for this number. */
  #start(worker: number): void {
    this.#pauses.delete(worker)
    this.#current.set(worker, this.#fork(worker))
  }

  #serves({ worker, pid }: Member, address: string): void {
    this.#failedStarts = 0
    this.#options.log.info({ worker, workerPid: pid }, 'a worker serves')
    if (this.#announced) return
    this.#announced = true
    this.#options.onServing(address)
  }

  #ended(member: Member, ended: Ended): void {
    this.#all.delete(member)
    if (this.#stopping) {
      // A worker that never served had nothing to answer.
      this.#well &&= ended.well || member.servingSinceMs === undefined
      if (this.#all.size === 0) this.#done(this.#well)
      return
    }
    const { worker, servingSinceMs } = member
    // A worker that retired, or that never took its place, needs no replacement.
    if (this.#current.get(worker) !== member) return
    this.#current.delete(worker)
    const servedMs = servingSinceMs === undefined ? 0 : performance.now() - servingSinceMs
    this.#replace(worker, ended, servedMs)
  }

  #replace(worker: number, { how, well }: Ended, servedMs: number): void {
    const { workers, log } = this.#options
    if (servedMs === 0) this.#failedStarts += 1
    if (this.#failedStarts >= STARTS_PER_WORKER_MAX * workers && this.#serving().length === 0) {
      log.fatal(`no worker comes up: gave up after ${this.#failedStarts} attempts`)
      this.#well = false
      this.#stop('SIGTERM')
      return
    }
    const crashes = well || servedMs >= STEADY_MS ? 0 : (this.#crashes.get(worker) ?? 0) + 1
    this.#crashes.set(worker, crashes)
    // A first crash is an accident: the worker is replaced at once.
    const pauseMs = crashes <= 1 ? 0 : Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** (crashes - 2))
    const level = well ? 'info' : 'error'
    log[level]({ worker, crashes, pauseMs }, `a worker is gone and will be replaced: ${how}`)
    this.#pauses.set(
      worker,
      setTimeout(() => this.#start(worker), pauseMs),
    )
  }

  /** One restart at a time; however many signals come meanwhile, one more follows. */
  async #restart(): Promise<void> {
    this.#restartAgain = true
    if (this.#restarting) return
    this.#restarting = true
    while (this.#restartAgain && !this.#stopping) {
      this.#restartAgain = false
      await this.#restartEach()
    }
    this.#restarting = false
  }

  /**
   * Each in turn: the new worker serves before the old one retires, so that there are never fewer
   * workers than before, and a program that does not start replaces none.
   */
  async #restartEach(): Promise<void> {
    const { log } = this.#options
    log.info('restarting the workers, one by one')
    for (const worker of this.#numbers()) {
      const taken = await this.#takeOver(worker)
      if (this.#stopping) return
      if (taken) continue
      log.error({ worker }, 'the restart was given up: the running workers go on')
      return
    }
    log.info('restarted')
  }

  /** @returns false when the new process did not come up */
  async #takeOver(worker: number): Promise<boolean> {
    const { log, stopTimeoutMs } = this.#options
    const fresh = this.#fork(worker)
    const came = await fresh.listening.then(
      () => true,
      () => false,
    )
    if (!came || this.#stopping) return came
    // The number's process by now: the old one, one that replaced it, or none during a pause.
    const old = this.#current.get(worker)
    clearTimeout(this.#pauses.get(worker))
    this.#pauses.delete(worker)
    this.#current.set(worker, fresh)
    if (old === undefined) return true
    old.send({ kind: 'retire' })
    const { how, well } = await endOf(old, stopTimeoutMs)
    if (!well) log.warn({ worker }, `a worker retired before all was answered: ${how}`)
    return true
  }

  #stop(signal: 'SIGTERM' | 'SIGINT'): void {
    const all = [...this.#all]
    // A second signal: the operator does not want to wait.
    if (this.#stopping) {
      for (const member of all) member.kill()
      this.#well = false
      return
    }
    this.#stopping = true
    for (const pause of this.#pauses.values()) clearTimeout(pause)
    for (const member of all) member.send({ kind: 'stop', signal })
    const late = () => {
      for (const member of this.#all) member.kill()
    }
    setTimeout(late, this.#options.stopTimeoutMs).unref()
    if (all.length === 0) this.#done(this.#well)
  }
}

/** Kills a worker that does not end by itself in time. */
async function endOf(member: Member, timeoutMs: number): Promise<Ended> {
  const late = setTimeout(() => member.kill(), timeoutMs)
  try {
    return await member.ended
  } finally {
    clearTimeout(late)
  }
}
