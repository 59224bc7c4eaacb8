import type { Package } from '../repository/publishable.ts'

/** The version of packages that were never released: the first release raises it, and writes the changelogs. */
export const UNRELEASED = '0.0.0'

/**
 * What released packages do not say of their own version.
 * @param packages all that are published
 * @param read the text of a file of the repository, empty where there is none
 * @returns one line for each package without a changelog of its version
 */
export function changelogProblems(
  packages: readonly Package[],
  read: (path: string) => string,
): string[] {
  return packages
    .filter(({ manifest: { version } }) => version !== UNRELEASED)
    .filter(
      ({ path, manifest: { version } }) =>
        !read(`${path}/CHANGELOG.md`).split('\n').includes(`## ${version}`),
    )
    .map(
      ({ path, manifest: { version } }) => `${path}/CHANGELOG.md: it does not tell of ${version}`,
    )
}
