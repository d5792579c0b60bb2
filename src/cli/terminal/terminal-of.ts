/** What a stream can show, decided in one place: whether to redraw in place, whether to colour. */

export interface Terminal {
  /** True when lines may be redrawn in place; false means plain lines, one after the other. */
  readonly interactive: boolean
  readonly color: boolean
}

/**
 * Looks at a stream and the environment.
 *
 * `NO_COLOR` wins over everything and asks for plain lines too: whoever sets it wants text that can
 * be read later. `FORCE_COLOR` colours a pipe as well (`0` turns colours off), but never makes it a
 * terminal. A variable that is set to nothing counts as not set.
 */
export function terminalOf(
  stream: { readonly isTTY?: boolean | undefined },
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  if (env['NO_COLOR']) return { interactive: false, color: false }
  const interactive = stream.isTTY === true && env['TERM'] !== 'dumb'
  const forced = env['FORCE_COLOR']
  return { interactive, color: forced ? !/^(0|false)$/.test(forced) : interactive }
}
