/** A whole number as the value of a flag. */
import { InvalidArgumentError } from 'commander'

/** Reads a whole number from `min` to `max`; anything else ends the command with a sentence. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`Allowed: a whole number from ${min} to ${max}.`)
  }
}
