/** A strict program that imports everything there is. */
export function typeProgram(entries: readonly string[]): string {
  const imports = entries.map((entry, index) => `import * as e${index} from '${entry}'`)
  const names = entries.map((_, index) => `e${index}`)
  return `${imports.join('\n')}\nexport const all: readonly object[] = [${names.join(', ')}]\n`
}

/** What a user with strict settings gives a compiler; declarations of packages are checked, too. */
export const STRICT: readonly string[] = [
  ...['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'],
  ...[
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom,dom.iterable,dom.asynciterable',
  ],
  ...['--types', 'node', '--pretty', 'false'],
]

const ERROR = /^(?<file>[^\s(]+)\(\d+,\d+\): error /
const OF_OTHERS = /node_modules\/(?!@pigeon\/)/

/** The errors a compiler printed, without those in declarations of packages that are not ours. */
export function ourErrors(output: string): string[] {
  return output.split('\n').filter((line) => {
    const { file } = ERROR.exec(line)?.groups ?? {}
    return file === undefined ? line.startsWith('error ') : !OF_OTHERS.test(file)
  })
}
