import { type Loader, transformSync } from 'esbuild'

/** The name under which rewritten code finds the functions of runtime.mjs. */
export const RUNTIME = '__readme'

const MARK = '//=>'
const DECLARATION = /^\s*(?:export\s+)?(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*(?::[^=]+)?=(?!=)/
const PRINT = /^(\s*)console\.log\(/

/** Whether code is a whole module; type errors do not count, only its shape. */
export function parses(code: string, loader: Loader = 'ts'): boolean {
  try {
    transformSync(code, { loader, format: 'esm', target: 'esnext', logLevel: 'silent' })
    return true
  } catch {
    return false
  }
}

/** Code with its assertions made executable. */
export interface Rewritten {
  readonly lines: readonly string[]
  /** Lines of the README with an assertion: each must be reached. */
  readonly asserted: readonly number[]
}

/** Where `//=>` begins in a line, outside of a string that holds it: the last one counts. */
const markAt = (line: string): number => line.lastIndexOf(MARK)

/**
 * The ways to read lines `from` to `to` as the thing that is asserted: a declaration, whose variable is compared, or an
 * expression, whose value is.
 */
function assertion(lines: readonly string[], line: number, expected: string): string[] {
  const text = lines.join('\n')
  const arrow = `() => (${expected}\n)`.replaceAll('\n', '')
  const name = DECLARATION.exec(text)?.[1]
  if (name !== undefined) return `${text}; ${RUNTIME}.equal(${line}, ${name}, ${arrow})`.split('\n')
  const printed = text.replace(PRINT, `$1${RUNTIME}.print(`)
  return `;${RUNTIME}.equal(${line}, (${printed}), ${arrow})`.split('\n')
}

/**
 * Makes `expression //=> expected` compare the two. The expression is the shortest run of lines that ends at the mark
 * and leaves a module that parses; `const x = … //=> 3` compares `x`, `console.log(x) //=> 3` what is printed.
 * @param first the line of the README the code begins on
 * @throws SyntaxError naming the line if there is no expression before a mark, or nothing after it
 */
export function rewriteAssertions(code: readonly string[], first: number): Rewritten {
  let lines = [...code]
  const asserted: number[] = []
  for (let end = 0; end < lines.length; end++) {
    const source = lines[end] ?? ''
    const mark = markAt(source)
    if (mark < 0) continue
    const line = first + end
    const expected = source.slice(mark + MARK.length).trim()
    if (expected === '' || !parses(`(${expected}\n)`))
      throw new SyntaxError(`line ${line}: ${MARK} needs a JavaScript expression, not: ${expected}`)
    const before = source.slice(0, mark).trimEnd()
    let rewritten: string[] | undefined
    for (let start = end; start >= 0 && rewritten === undefined; start--) {
      const statement = [...lines.slice(start, end), before.replace(/;$/, '')]
      const replaced = assertion(statement, line, expected)
      const candidate = [...lines.slice(0, start), ...replaced, ...lines.slice(end + 1)]
      if (parses(candidate.join('\n'))) rewritten = candidate
    }
    if (rewritten === undefined)
      throw new SyntaxError(`line ${line}: there is no expression before ${MARK}`)
    lines = rewritten
    asserted.push(line)
  }
  return { lines, asserted }
}
