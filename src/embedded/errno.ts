/**
 * Why this file: races over files are settled by which error the operating system gives, so the
 * question "was it this one?" is asked all over this folder. It is asked in one way.
 */

/** True for a system error with one of these codes, such as `ENOENT`. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '')
}
