/** What a process can be told to do, by name; what it returns goes back. */
export type Commands = Readonly<Record<string, (...args: never[]) => unknown>>

/** A command on its way to a child. */
export interface Request {
  readonly number: number
  readonly command: string
  readonly args: unknown[]
}

/** Its result, or why there is none. */
export interface Answer {
  readonly number: number
  readonly value?: unknown
  readonly error?: string
}

/** Answers the commands of the parent until it is gone, and ends then. */
export function serve(commands: Commands): void {
  process.on('message', async ({ number, command, args }: Request) => {
    const answer: Answer = await Promise.resolve()
      .then(() => commands[command]?.(...(args as never[])))
      .then(
        (value) => ({ number, value }),
        (error) => ({ number, error: error instanceof Error ? error.message : String(error) }),
      )
    process.send?.(answer)
  })
  process.on('disconnect', () => process.exit())
}
