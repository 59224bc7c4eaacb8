import { createServer } from 'node:net'

/** One line of the table: what was found, and whether that is good enough. */
interface Found {
  readonly what: string
  readonly isGood: boolean
}

/** What a row may say instead, where a machine cannot make the fault. */
type Outcome = readonly Found[] | { readonly skipped: string }

/** One fault. */
export interface FaultRow {
  readonly id: string
  readonly name: string
  run(program: string): Promise<Outcome>
}

/** Where a hub listens; by its number, so that it is clear which address is meant. */
export const HERE = { host: '127.0.0.1' } as const

/** A figure beside its pass line. @param most that is good */
export function found(what: string, value: number, most: number, unit = 'ms'): Found {
  const number = Number.isFinite(value) ? Math.round(value).toLocaleString('en-US') : 'never'
  const limit = `<= ${most.toLocaleString('en-US')}`
  return { what: `${what}: ${number} ${unit} (${limit})`.replace('  ', ' '), isGood: value <= most }
}

/** A port that nothing listens on, just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
