// A peer in a process of its own; the parent sends commands and gets their results.
import { commands } from './commands.ts'

const mine = commands()

process.on('message', async ({ number, command, args }) => {
  try {
    const run = mine[command as keyof typeof mine] as (...args: unknown[]) => unknown
    process.send?.({ number, value: await run(...args) })
  } catch (error) {
    process.send?.({ number, error: error instanceof Error ? error.message : String(error) })
  }
  if (command === 'leave') process.disconnect()
})
