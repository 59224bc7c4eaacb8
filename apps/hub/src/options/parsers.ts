import { InvalidArgumentError } from 'commander'

/** A whole number within bounds, both included. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
    if (number >= min && number <= max) return number
    throw new InvalidArgumentError(`It is a whole number from ${min} to ${max}.`)
  }
}

/** Seconds, with a fraction if need be. @returns ms */
export function seconds(min: number, max: number): (text: string) => number {
  return (value) => {
    const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN
    if (number >= min && number <= max) return number
    throw new InvalidArgumentError(`It is a number of seconds from ${min} to ${max}.`)
  }
}

/** Any text but none. */
export function text(value: string): string {
  if (value.trim() !== '') return value
  throw new InvalidArgumentError('It is empty.')
}

/** One of a few words. */
export function oneOf<T extends string>(words: readonly T[]): (text: string) => T {
  return (value) => {
    const word = words.find((each) => each === value)
    if (word !== undefined) return word
    throw new InvalidArgumentError(`It is one of ${words.join(', ')}.`)
  }
}

/** Things with commas between that fit a pattern. */
export function list(pattern: RegExp, example: string): (text: string) => readonly string[] {
  return (value) => {
    const items = value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
    if (items.every((item) => pattern.test(item))) return items
    throw new InvalidArgumentError(`It is a list such as ${example}.`)
  }
}

/** `*`, or origins of pages with commas between. */
export function origins(value: string): string | readonly string[] {
  if (value === '*') return value
  const items = value.split(',').map((origin) => origin.trim().replace(/\/$/, ''))
  if (items.every((origin) => /^[a-z][a-z0-9+.-]*:\/\/[^/]+$/i.test(origin))) return items
  throw new InvalidArgumentError('It is * or a list such as https://example.org,http://localhost.')
}

/** Secrets with commas between: the first is the present one, the others are still good. */
export function secrets(least: number): (text: string) => readonly string[] {
  return (value) => {
    const items = value.split(',').map((item) => item.trim())
    if (items.every((item) => Buffer.byteLength(item) >= least)) return items
    throw new InvalidArgumentError(`Each has at least ${least} bytes.`)
  }
}
