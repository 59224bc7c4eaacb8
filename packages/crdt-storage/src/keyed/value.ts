import type { Space } from '../space/space.ts'
import { jsonBytes, jsonValue } from './json.ts'

/** The value as a whole, and the fields of one that is edited together. */
const WHOLE = 'value'
const FIELD = 'field/'

/** Says that fields are edited apart. */
const SHARED = 'shared'

/** Makes the value of a space one whose fields are edited apart. */
export function share(space: Space): Promise<void> {
  return space.set(SHARED, new Uint8Array(0))
}

/** The value of a key, as its space holds it. */
export function storedValue(space: Space): unknown {
  if (space.isFrozen) return jsonValue(space.value)
  const fields = space.keys.filter((name) => name.startsWith(FIELD)).sort()
  if (fields.length === 0) return jsonValue(space.get(WHOLE))
  return Object.fromEntries(
    fields.map((name) => [name.slice(FIELD.length), jsonValue(space.get(name))]),
  )
}

/** How often it was written, at least; 0 never. */
export function versionOf(space: Space): number {
  if (space.isFrozen) return 1
  const names = space.keys.filter((name) => name === WHOLE || name.startsWith(FIELD))
  return names.reduce((most, name) => Math.max(most, space.writtenBy(name)?.version ?? 0), 0)
}

/**
 * Writes a value over the one before, or those of its fields that are given.
 * @param isAll whether fields that are not given go
 */
export async function write(space: Space, value: unknown, isAll: boolean): Promise<void> {
  if (isObject(value) && space.get(SHARED) !== undefined) await writeFields(space, value, isAll)
  else await space.set(WHOLE, jsonBytes(value))
}

/** Only fields that changed, so that what others change in the rest stays. */
async function writeFields(space: Space, value: object, isAll: boolean): Promise<void> {
  const before = storedValue(space)
  const known: Record<string, unknown> = isObject(before) ? { ...before } : {}
  const items = Object.entries(value).flatMap(([name, field]) =>
    JSON.stringify(known[name]) === JSON.stringify(field)
      ? []
      : [{ type: 'put', name: FIELD + name, bytes: jsonBytes(field) } as const],
  )
  const gone = Object.keys(known)
    .filter((name) => isAll && !(name in value))
    .map((name) => ({ type: 'put', name: FIELD + name, bytes: undefined }) as const)
  if (items.length + gone.length > 0) await space.write([...items, ...gone])
}

/** Takes the value away. */
export function clear(space: Space): Promise<void> {
  const items = space.keys
    .filter((name) => name === WHOLE || name.startsWith(FIELD))
    .map((name) => ({ type: 'put', name, bytes: undefined }) as const)
  return items.length === 0 ? Promise.resolve() : space.write(items)
}

/** Whether a value has fields that can be edited apart. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
