import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** One way to break a rule. */
export interface Violation {
  /** The step that must fail. */
  readonly step: string
  readonly what: string
  /** What the step must say. */
  readonly says: RegExp
  /** Breaks the rule in a copy. */
  plant(files: Files): void
}

/** The files of a copy. */
export class Files {
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.#root, path), text)
  }

  append(path: string, text: string): void {
    this.write(path, this.#read(path) + text)
  }

  /** @throws RangeError if there is nothing to replace */
  replace(path: string, what: string | RegExp, by: string): void {
    const text = this.#read(path)
    const replaced = text.replace(what, by)
    if (replaced === text) throw new RangeError(`${path} does not hold ${what}`)
    this.write(path, replaced)
  }

  /** Changes a JSON file. */
  edit(path: string, change: (value: Record<string, Record<string, unknown>>) => void): void {
    const value = JSON.parse(this.#read(path))
    change(value)
    this.write(path, `${JSON.stringify(value, undefined, 2)}\n`)
  }

  #read(path: string): string {
    return readFileSync(join(this.#root, path), 'utf8')
  }
}
