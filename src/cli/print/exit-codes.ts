/** The exit statuses of commands. */
export const EXIT = {
  ok: 0,
  /** A race that oversold or lost something, a history that shows an anomaly, an audit that found drift, a server that fell over. */
  failed: 1,
  /** Wrong flags, wrong configuration, or a database that cannot be reached. */
  usage: 2,
  /** The race proves nothing: a control that should have failed did not. */
  inconclusive: 3,
  /** Ctrl-C. */
  interrupted: 130,
} as const
