/** What the changesets that wait would make of one package. */
interface PlannedRelease {
  readonly name: string
  readonly type: 'major' | 'minor' | 'patch' | 'none'
  readonly newVersion: string
}

/** What the changesets that wait would release. */
export interface Plan {
  readonly changesets: readonly { readonly releases: readonly { readonly type: string }[] }[]
  readonly releases: readonly PlannedRelease[]
}

/**
 * What nobody asked for in the next release. A package whose peer leaves the range it allows is raised by a major step,
 * and with it all packages: then the first feature of 0.x would be 1.0.0.
 * @param plan of the next release
 * @returns one line for each package that nobody asked to raise so far
 */
export function planProblems({ changesets, releases }: Plan): string[] {
  const isAskedFor = changesets.some((one) => one.releases.some(({ type }) => type === 'major'))
  return releases
    .filter(({ type }) => type === 'major' && !isAskedFor)
    .map(({ name, newVersion }) => {
      return `${name} would be ${newVersion}, and no changeset says major: look at the peers of packages`
    })
}

/** @returns the version of the next release, or undefined where none waits */
export function nextVersion({ releases }: Plan): string | undefined {
  return releases.find(({ type }) => type !== 'none')?.newVersion
}
