import { isPeerId, type PeerId } from '@pigeon/xor'
import * as v from 'valibot'

/** A value of a body: one predicate each, which costs a page less than the library's many small rules. */
type Field<T> = v.GenericSchema<unknown, T>

export const peerId: Field<PeerId> = v.custom<PeerId>(isPeerId)

/** A number from `min` to `max`, whole or not. */
export function amount(min: number, max: number): Field<number> {
  return v.custom<number>((value) => typeof value === 'number' && value >= min && value <= max)
}

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number): Field<number> {
  return v.custom<number>((value) => Number.isInteger(value) && inside(value as number, min, max))
}

/** Text of at most `max` characters, that matches `form` if there is one. */
export function text(max: number, form?: RegExp): Field<string> {
  return v.custom<string>(
    (value) => typeof value === 'string' && value.length <= max && form?.test(value) !== false,
  )
}

/** Lower-case hex of that many characters. */
export function hex(characters: number): Field<string> {
  return v.custom<string>(
    (value) =>
      typeof value === 'string' && value.length === characters && /^[0-9a-f]*$/.test(value),
  )
}

/** From `min` to `max` items; nothing is looked at of a list that is longer. */
export function list<T>(item: Field<T>, max: number, min = 0): Field<T[]> {
  const isList = (value: unknown): boolean => Array.isArray(value) && inside(value.length, min, max)
  return v.pipe(v.custom<unknown[]>(isList), v.array(item))
}

/** One of a few words. */
export function oneOf<T extends string>(words: readonly T[]): Field<T> {
  return v.custom<T>((value) => words.includes(value as T))
}

function inside(value: number, min: number, max: number): boolean {
  return value >= min && value <= max
}
