import type { Manifest } from '../repository/publishable.ts'

/** What can be imported from a package: `@pigeon/transport`, `@pigeon/transport/system`. */
export function entrySpecifiers({ name, exports = {} }: Manifest): string[] {
  return Object.keys(exports)
    .filter((subpath) => subpath.startsWith('.') && !subpath.endsWith('.json'))
    .map((subpath) => name + subpath.slice(1))
}
