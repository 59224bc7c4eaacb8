/** Licences that ask for nothing but their own text. */
const ALLOWED: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
]

/** Single packages, or all of a scope, under another licence, with the reason why that is no problem. */
const EXCEPTIONS: Readonly<Record<string, { licence: string; reason: string }>> = {
  mediabunny: {
    licence: 'MPL-2.0',
    reason: 'installed by werift as it is; the MPL covers its own files only',
  },
  'node-datachannel': {
    licence: 'MPL 2.0',
    reason: 'an engine users choose to install; the MPL covers its own files only',
  },
  '@node-datachannel': {
    licence: 'MPL 2.0',
    reason: 'its binary for one platform',
  },
}

/**
 * Whether a licence expression of SPDX is allowed: every part of an AND, one part of an OR.
 * @returns what is wrong, or undefined
 */
export function licenceProblem(name: string, licence: string | undefined): string | undefined {
  if (licence === undefined) return `${name} states no licence`
  const exception = EXCEPTIONS[name] ?? EXCEPTIONS[name.split('/')[0] ?? '']
  if (exception?.licence === licence) return undefined
  const expression = licence.replace(/^\((.*)\)$/, '$1')
  const allowed = expression
    .split(/ OR /)
    .some((choice) => choice.split(/ AND /).every((part) => ALLOWED.includes(part.trim())))
  return allowed ? undefined : `${name} is ${licence}, which is not on the list`
}
