import type { Package } from '../repository/publishable.ts'

/** The workflow that publishes, relative to the repository. */
export const RELEASE_WORKFLOW = '.github/workflows/release.yml'

/** Where npm is told that packages come from; it compares this with who publishes them. */
const REPOSITORY = 'git+https://github.com/pigeon-p2p/pigeon.git'

/** What a workflow needs for npm to sign which commit, and which run of which workflow, made a package. */
const NEEDED: Readonly<Record<string, RegExp>> = {
  'permissions: {} for all that no job asks for': /^permissions: \{\}$/m,
  'id-token: write': /^\s+id-token: write$/m,
  'NPM_CONFIG_PROVENANCE: "true"': /^\s+NPM_CONFIG_PROVENANCE: "true"$/m,
}

/**
 * What would keep npm from showing where packages were made.
 * @param workflow the text of {@link RELEASE_WORKFLOW}
 * @param packages all that are published
 * @returns one line for each problem
 * @see https://docs.npmjs.com/generating-provenance-statements
 */
export function publishingProblems(workflow: string, packages: readonly Package[]): string[] {
  const missing = Object.entries(NEEDED)
    .filter(([, pattern]) => !pattern.test(workflow))
    .map(([what]) => `${RELEASE_WORKFLOW}: it lacks ${what}`)
  const misplaced = packages
    .filter(({ path, manifest: { repository } }) => {
      return repository?.url !== REPOSITORY || repository.directory !== path
    })
    .map(({ path }) => `${path}/package.json: repository is not ${path} in ${REPOSITORY}`)
  return [...missing, ...misplaced]
}
