import { CommandError } from '../../../scripts/lib/run.mjs'

/** What a step is given. */
export interface StepContext {
  /** The repository. */
  readonly root: string
  /** Rewrite generated parts instead of comparing them. */
  readonly write: boolean
}

/** One thing that must hold. */
export interface Step {
  readonly name: string
  /** Whether it reads `dist`. */
  readonly needsBuild?: boolean
  /**
   * @returns one line that says what was checked
   * @throws Violations or any other error where it does not hold
   */
  run(context: StepContext): Promise<string>
}

/** What a step found, one line each. */
export class Violations extends Error {
  constructor(lines: readonly string[]) {
    super(lines.join('\n'))
    this.name = 'Violations'
  }
}

/** @throws Violations if there are any */
export function expectNone(violations: readonly string[]): void {
  if (violations.length > 0) throw new Violations(violations)
}

/** What people need to read about a failure. */
export function explain(error: unknown): string {
  if (error instanceof Violations) return error.message
  if (error instanceof CommandError) return `${error.output.trim()}\n${error.message}`.trim()
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
