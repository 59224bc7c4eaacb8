import type { Block } from './blocks.ts'

/** What runs as one module: a block and the ones that continue it. */
export interface Module {
  /** 1-based line of the README its first line of code stands on. */
  readonly line: number
  /** Its lines; where blocks were joined, the text between them is empty lines, so that lines keep their numbers. */
  readonly lines: readonly string[]
  readonly ignored: boolean
}

/**
 * Joins blocks that begin with `// continues` to the one before.
 * @throws SyntaxError if there is none
 */
export function joinBlocks(blocks: readonly Block[]): Module[] {
  const modules: Module[] = []
  for (const block of blocks) {
    const previous = modules.at(-1)
    if (!block.continues) modules.push(block)
    else if (previous === undefined)
      throw new SyntaxError(`line ${block.line}: there is nothing to continue`)
    else {
      const gap = block.line - previous.line - previous.lines.length
      const lines = [...previous.lines, ...Array<string>(gap).fill(''), ...block.lines]
      modules[modules.length - 1] = { ...previous, lines }
    }
  }
  return modules
}
