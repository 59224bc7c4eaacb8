/** A pattern that must not stand in tracked text. */
interface Forbidden {
  readonly what: string
  readonly pattern: RegExp
  /** Which files it is looked for in, default: all. */
  readonly in?: RegExp
}

const FORBIDDEN: readonly Forbidden[] = [
  { what: 'a path of one machine', pattern: /(?<![\w.~-])\/(?:home|Users)\/[a-z][\w.-]*\// },
  { what: 'a path of one machine', pattern: /(?<![\w.~-])\/root\// },
  { what: 'a path of one machine', pattern: /\b[A-Z]:\\Users\\/ },
  {
    what: 'a test that is switched off or runs alone',
    pattern:
      /\b(?:it|test|describe|suite|bench|context|ctx)(?:\.\w+)*\.(?:only|skip|skipIf|runIf|todo)\b/,
    in: /\.test\.[cm]?[jt]sx?$/,
  },
]

/** @returns one line for each place, `path:line: what` */
export function findWords(path: string, text: string): string[] {
  const rules = FORBIDDEN.filter((rule) => rule.in?.test(path) ?? true)
  return text
    .split('\n')
    .flatMap((line, index) =>
      rules
        .filter(({ pattern }) => pattern.test(line))
        .map(({ what }) => `${path}:${index + 1}: ${what}: ${line.trim().slice(0, 100)}`),
    )
}
