/** What `--profile` runs: `batched` on one hot pool, in process and as a server, under the profiler. */
import { setTimeout as pause } from 'node:timers/promises'
import { type Context, PLENTY } from './entries/entry.js'
import { type MeasureOptions, openInProcess, openOverHttp } from './measure.js'
import type { Profile } from './profile.js'

const CLIENTS = 64

const WAYS = [
  ['In process: the library and its callers', openInProcess],
  ['Over HTTP: the server process', openOverHttp],
] as const

export async function profileBatched(context: Context): Promise<Record<string, Profile>> {
  const { stage, options, say } = context
  const { warmUpMs, measureMs: ms } = options
  const profiles: Record<string, Profile> = {}
  for (const [title, open] of WAYS) {
    await stage.empty()
    const work = await stage.newListing([PLENTY])
    const measuring: MeasureOptions = {
      ...{ stage, strategy: 'batched', work, clients: CLIENTS, warmUpMs, ms, seed: 1 },
    }
    const subject = await open(measuring)
    try {
      const [, profile] = await Promise.all([
        subject.run(),
        pause(warmUpMs).then(() => subject.profile(ms)),
      ])
      profiles[title] = profile
      say(`\n${title}: idle ${(profile.idle * 100).toFixed(1)} %`)
      for (const { what, share } of [...profile.parts, ...profile.functions]) {
        say(`${(share * 100).toFixed(1).padStart(6)} %  ${what}`)
      }
    } finally {
      await subject.stop()
    }
  }
  return profiles
}
