/** Programs of the system's package manager, which a bare machine may lack. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The path of a program; undefined where it is not installed. */
export function installed(name: string): string | undefined {
  return ['/usr/sbin', ...(process.env['PATH'] ?? '').split(delimiter)]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path))
}
