import type { HubProgramOptions } from '../options.ts'

/** One option of the program: its flag, its variable, its default, and how its text is read. */
export interface Row {
  /** As commander writes it; the name in camel case is the key in {@link HubProgramOptions}. */
  readonly flag: string
  /** `PORT` may also be written `PIGEON_PORT`. */
  readonly env: string
  readonly text: string
  readonly fallback: HubProgramOptions[keyof HubProgramOptions]
  readonly parse: (text: string) => HubProgramOptions[keyof HubProgramOptions]
  /** Never shown; `TOKEN_SECRET_FILE` may name a file that holds it. */
  readonly secret?: boolean
}
