import { InvalidArgumentError } from 'commander'

/** Reads a whole number of the command line. */
export function from(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isInteger(value) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`a whole number from ${min} to ${max}, please`)
  }
}
