const RELEASE = /^(['"]?)(.+?)\1:\s*(\S+)$/
/** `none` is no step: it would drop from every changelog what the changeset says. */
const BUMPS = new Set(['patch', 'minor', 'major'])

/**
 * What is wrong with a changeset, whatever branch it came with.
 * @param file as it should be named
 * @param text front matter with one `'package': bump` a line, then what users can do now
 * @param packages that are released
 * @returns one line for each problem
 */
export function changesetProblems(
  file: string,
  text: string,
  packages: ReadonlySet<string>,
): string[] {
  const [, front, said = ''] = /^---\n(.*?)\n?---\n(.*)$/s.exec(text) ?? []
  if (front === undefined) return [`${file}: there is no list of packages between two ---`]
  const problems = front
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      const [, , name = '', bump = ''] = RELEASE.exec(line) ?? []
      if (!packages.has(name)) return [`${file}: no package ${name || line} is released`]
      return BUMPS.has(bump) ? [] : [`${file}: ${name} can be raised by ${[...BUMPS].join(', ')}`]
    })
  return said.trim() === ''
    ? [...problems, `${file}: it does not say what users can do now`]
    : problems
}
