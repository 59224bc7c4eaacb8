const ID = /^[MSHTB]\d{1,2}$/

/** The ids that a test's name begins with: S5 and H9 of `S5 H9 a port is …`. */
export function idsIn(name: string): string[] {
  const words = name.split(' ')
  const end = words.findIndex((word) => !ID.test(word))
  return words.slice(0, end < 0 ? words.length : end)
}

const NAME = /\b(?:test|it)(?:\.\w+)*(?:\([^()]*\))?\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gs

/** Names of the tests in a source, as they are written. */
export function testNames(source: string): string[] {
  return [...source.matchAll(NAME)].map(([, , name]) => name as string)
}
