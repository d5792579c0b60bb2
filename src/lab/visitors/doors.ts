/** Which server a client talks to, over connections that clients share. */
import { setTimeout as pause } from 'node:timers/promises'
import { Pool } from 'undici'
import type { RaceServer, RaceServers } from '../servers/servers.js'

/** A server with the connections that clients share to it. */
export interface Door {
  readonly server: RaceServer
  readonly http: Pool
}

export interface Doors {
  /**
   * A server that is alive, drawn at random; waits while one is being started.
   *
   * @returns undefined when no server is alive and none is coming
   */
  pick(random: () => number): Promise<Door | undefined>
  close(): Promise<void>
}

const LOOK_AGAIN_MS = 10
/** Longer than a server takes for its slowest answer; what comes later is as good as lost. */
const ANSWER_TIMEOUT_MS = 60_000

/** @param connectionsMax to each server */
export function openDoors(race: RaceServers, connectionsMax: number): Doors {
  const doors = new Map<RaceServer, Door>()

  function doorTo(server: RaceServer): Door {
    const known = doors.get(server)
    if (known !== undefined) return known
    const http = new Pool(`http://127.0.0.1:${server.port}`, {
      connections: connectionsMax,
      pipelining: 1,
      headersTimeout: ANSWER_TIMEOUT_MS,
      bodyTimeout: ANSWER_TIMEOUT_MS,
    })
    const door = { server, http }
    doors.set(server, door)
    return door
  }

  return {
    async pick(random) {
      for (;;) {
        const alive = race.servers.filter((server) => server.alive)
        const server = alive[Math.floor(random() * alive.length)]
        if (server !== undefined) return doorTo(server)
        if (!race.starting) return undefined
        await pause(LOOK_AGAIN_MS)
      }
    },
    close: async () => {
      await Promise.all([...doors.values()].map(({ http }) => http.destroy()))
    },
  }
}
