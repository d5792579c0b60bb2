/** What a command's end means to the shell. */
export const EXIT = {
  ok: 0,
  /** A race that oversold or lost something, an audit that found drift, a server that fell over. */
  failed: 1,
  /** Wrong flags, wrong configuration, or a database that cannot be reached. */
  usage: 2,
  /** Ctrl-C. */
  interrupted: 130,
} as const
