/** A listing of the demo: how it is put on sale, and what people can type to book it. */
import type { Holdfast } from '../../engine/holdfast.js'

export interface DemoListing {
  readonly listingId: string
  /** True when Evento's face sells it, which knows no keys; default false. */
  readonly overEvento?: boolean
  /** What is sold, for the line above its commands. */
  readonly name: string
  /** Puts it on sale, with times from `now` on. What exists already stays as it is. */
  seed(holdfast: Holdfast, now: Date): Promise<void>
  /** Commands to type; `$KEY` stands for the demo's API key. */
  lines(address: string, now: Date): readonly string[]
}
