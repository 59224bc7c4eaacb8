import { isIP } from 'node:net'
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

/** Two ports with a dash between, the lower first. */
export function portRange(value: string): readonly [number, number] {
  const [low, high, ...more] = value.split('-').map((port) => (/^\d+$/.test(port) ? +port : 0))
  const isGood = low !== undefined && high !== undefined && low >= 1024 && high <= 65_535
  if (isGood && low < high && more.length === 0) return [low, high]
  throw new InvalidArgumentError('It is two ports from 1024 to 65535, such as 40000-40100.')
}

/** IP addresses with commas between. */
export function addresses(value: string): readonly string[] {
  const items = value.split(',').map((item) => item.trim())
  if (items.every((item) => isIP(item) !== 0)) return items
  throw new InvalidArgumentError('It is a list of IP addresses such as 203.0.113.7.')
}
