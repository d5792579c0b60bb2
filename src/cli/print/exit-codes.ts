/** What a command's end means to the shell. */
export const EXIT = {
  ok: 0,
  /** A race that oversold or lost something, a history that shows an anomaly, an audit that found drift, a server that fell over. */
  failed: 1,
  /** Wrong flags, wrong configuration, or a database that cannot be reached. */
  usage: 2,
  /** Nobody can say whether it was right: a race in which nothing could have gone wrong. */
  inconclusive: 3,
  /** Ctrl-C. */
  interrupted: 130,
} as const
