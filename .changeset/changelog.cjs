/**
 * How a changeset reads in a CHANGELOG.md: what users can do now, and nothing else. All packages have one version, so
 * which other package was raised says nothing, and a package that only follows has a version without lines.
 */
module.exports = {
  /** @param {{ summary: string }} changeset */
  getReleaseLine: async ({ summary }) => {
    const [first, ...others] = summary.trim().split('\n')
    return [`- ${first}`, ...others.map((line) => (line === '' ? '' : `  ${line}`))].join('\n')
  },
  getDependencyReleaseLine: async () => '',
}
