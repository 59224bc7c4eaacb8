/** A fenced block of TypeScript or JavaScript. */
export interface Block {
  /** 1-based line of the README its first line of code stands on. */
  readonly line: number
  /** Its lines, without the fences. */
  readonly lines: readonly string[]
  /** Marked `ignore`: only parsed, never run. */
  readonly ignored: boolean
  /** Begins with `// continues`: runs after the block before it, in the same module. */
  readonly continues: boolean
}

const OPEN = /^(\s*)(`{3,}|~{3,})\s*(\w*)\s*(.*)$/
const LANGUAGES = new Set(['ts', 'typescript', 'js', 'javascript', 'mts', 'mjs'])

/**
 * The blocks of code in a Markdown text.
 * @throws SyntaxError if a fence stays open
 */
export function extractBlocks(markdown: string): Block[] {
  const lines = markdown.split(/\r?\n/)
  const blocks: Block[] = []
  for (let index = 0; index < lines.length; index++) {
    const [, indent = '', fence, language = '', info = ''] = OPEN.exec(lines[index] ?? '') ?? []
    if (fence === undefined) continue
    const start = index + 1
    const isClosing = (line: string): boolean => {
      const text = line.trim()
      return text.startsWith(fence) && text.replaceAll(fence[0] ?? '', '') === ''
    }
    const length = lines.slice(start).findIndex(isClosing)
    if (length < 0) throw new SyntaxError(`line ${start}: the block is never closed`)
    index = start + length
    if (!LANGUAGES.has(language)) continue
    const code = lines
      .slice(start, start + length)
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
    blocks.push({
      line: start + 1,
      lines: code,
      ignored: /\bignore\b/.test(info),
      continues: /^\s*\/\/ continues\b/.test(code[0] ?? ''),
    })
  }
  return blocks
}
