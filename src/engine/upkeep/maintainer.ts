/**
 * Runs everything that happens by itself: one place where background work is started, stopped and
 * observed. Each service has a timer of its own, so that a slow or failing one keeps no other from
 * its work.
 *
 * Idea: River's `internal/maintenance/queue_maintainer.go`, one maintainer with many services.
 */

export interface MaintenanceService {
  /** Names it in logs and figures. */
  readonly name: string
  /** Pause between the end of a round and the next one, in milliseconds; up to half is drawn on top. */
  readonly everyMs: number
  /** One round. What it throws goes to `onError`; the next round tries again. */
  round(): Promise<void>
}

export interface MaintainerOptions {
  readonly services: readonly MaintenanceService[]
  /** Called with a round's failure; `first` says that the round before went well. Default: ignored. */
  readonly onError?: (error: unknown, service: string, first: boolean) => void
  /** Called when a round has ended well. */
  readonly onRound?: (service: string, tookMs: number) => void
}

export interface Maintainer {
  /** Begins no further round; resolves when those under way have ended. */
  stop(): Promise<void>
}

export function startMaintainer(options: MaintainerOptions): Maintainer {
  const stops = options.services.map((service) => start(service, options))
  return {
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()))
    },
  }
}

function start(
  { name, everyMs, round }: MaintenanceService,
  { onError, onRound }: MaintainerOptions,
): () => Promise<void> {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let underWay: Promise<void> = Promise.resolve()
  let failed = false

  const run = async () => {
    const beganMs = performance.now()
    try {
      await round()
      failed = false
      onRound?.(name, performance.now() - beganMs)
    } catch (error) {
      onError?.(error, name, !failed)
      failed = true
    }
  }
  const schedule = () => {
    if (stopped) return
    // Several servers would otherwise look at the same moment, each time.
    timer = setTimeout(
      () => {
        underWay = run().then(schedule)
      },
      everyMs * (1 + Math.random() / 2),
    )
    timer.unref()
  }
  schedule()
  return () => {
    stopped = true
    clearTimeout(timer)
    return underWay
  }
}
