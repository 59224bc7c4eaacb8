// Suites of several parts, each with a table of its own.
import { InvalidArgumentError, Option } from 'commander'
import { type BenchRow, formatTable, isMet } from './table.ts'

/** One part of a suite, which shows its rows. */
type Part<O> = (options: O) => readonly BenchRow[] | Promise<readonly BenchRow[]>

/** `--only <names>`: which parts run; default all, in their order. */
export function onlyOption(parts: Readonly<Record<string, unknown>>): Option {
  const all = Object.keys(parts)
  return new Option('--only <names>', 'parts to run, with commas')
    .default(all)
    .argParser((text) => {
      const names = text.split(',')
      if (names.every((name) => all.includes(name))) return names
      throw new InvalidArgumentError(`some of ${all.join(', ')}, please`)
    })
}

/** Reads `3`, or `1-5` for 1, 2, 3, 4, 5. */
export function seedRange(text: string): number[] {
  const [first, last = first] = text.split('-').map(Number)
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) {
    throw new InvalidArgumentError('such as 1-5, please')
  }
  const from = first as number
  return Array.from({ length: (last as number) - from + 1 }, (_, index) => from + index)
}

/**
 * Runs parts, one after the other, and prints a table for each; the process will exit with 1 if a
 * goal is missed.
 * @param optionsOf what each part is given, and what of it is printed above its table
 */
export async function runParts<O>(
  parts: Readonly<Record<string, Part<O>>>,
  names: readonly string[],
  optionsOf: (name: string) => { readonly options: O; readonly shown?: string },
): Promise<void> {
  for (const name of names) {
    const startedAt = performance.now()
    const { options, shown } = optionsOf(name)
    const rows = await (parts[name] as Part<O>)(options)
    const took = `${((performance.now() - startedAt) / 1000).toFixed(0)} s`
    console.log(`\n${[name, shown, took].filter(Boolean).join(', ')}`)
    console.log(formatTable(rows))
    if (!rows.every(isMet)) process.exitCode = 1
  }
}
