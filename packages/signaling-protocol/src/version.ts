/** Both ends included. */
export type VersionRange = readonly [min: number, max: number]

/**
 * The wire version two sides agree on: the highest both speak.
 * @returns `undefined` if they have none in common
 */
export function negotiateVersion(ours: VersionRange, theirs: VersionRange): number | undefined {
  const version = Math.min(ours[1], theirs[1])
  return version >= Math.max(ours[0], theirs[0]) ? version : undefined
}

/** `2`, or `2 to 4`. */
export function describeVersions([min, max]: VersionRange): string {
  return min === max ? `${min}` : `${min} to ${max}`
}
