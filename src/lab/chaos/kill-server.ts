/** kill-server: ends a server with SIGKILL in the middle of its work; another takes its place. */
import { type Field, type Harm, oneOf } from './harm.js'

export function killServers({ servers }: Field, random: () => number): Harm {
  return {
    pauseMs: { min: 200, max: 1_000 },
    async strike() {
      const alive = servers.servers.filter((server) => server.alive)
      const victim = oneOf(random, alive)
      if (victim === undefined) return undefined
      const what = `killed the server on port ${victim.port}`
      return { what, over: servers.replace(victim) }
    },
    end: async () => {},
  }
}
