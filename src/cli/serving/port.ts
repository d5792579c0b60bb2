/** The port that a server is to listen on, and why it cannot. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { HoldfastError } from '../../domain/errors.js'

export interface ListenAddress {
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
}

/**
 * Finds out whether the port is free, and its number: workers need the number before the first of them
 * listens.
 *
 * @throws HoldfastError `invalid_input` when it cannot
 */
export async function findPort(place: ListenAddress): Promise<number> {
  const server = createServer()
  try {
    server.listen(place)
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  } catch (error) {
    throw cannotListen(error, place)
  } finally {
    server.close()
  }
}

/** Turns the error of a server that could not listen into a sentence; returns any other as it is. */
export function cannotListen(error: unknown, { host, port }: ListenAddress): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException
  if (syscall === undefined) return error
  return new HoldfastError(
    'invalid_input',
    code === 'EADDRINUSE'
      ? `port ${port} is in use: stop what listens there, or set PORT to another one`
      : `cannot listen on ${host}, port ${port}: ${message}; HOST and PORT choose others`,
    { cause: error },
  )
}
