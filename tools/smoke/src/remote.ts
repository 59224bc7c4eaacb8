import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import type { Commands } from './commands.ts'

/** A peer elsewhere. */
export interface Remote {
  readonly kind: 'node' | 'tab'
  call<C extends keyof Commands>(
    command: C,
    ...args: Parameters<Commands[C]>
  ): Promise<Awaited<ReturnType<Commands[C]>>>
  /** Resolves when nothing of it is left. */
  end(): Promise<void>
}

interface Answer {
  readonly number: number
  readonly value?: unknown
  readonly error?: string
}

/** A peer in a Node process of its own. */
export function nodeRemote(): Remote {
  const child = fork(fileURLToPath(new URL('./node-peer.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  })
  const exited = once(child, 'exit')
  const waiting = new Map<number, (answer: Answer) => void>()
  let count = 0
  child.on('message', (answer: Answer) => {
    waiting.get(answer.number)?.(answer)
    waiting.delete(answer.number)
  })
  child.on('exit', (code) => {
    for (const settle of waiting.values()) settle({ number: 0, error: `peer exited with ${code}` })
  })
  return {
    kind: 'node',
    call: (command, ...args) =>
      new Promise((resolve, reject) => {
        const number = ++count
        waiting.set(number, ({ value, error }) => {
          if (error === undefined) resolve(value as never)
          else reject(new Error(error))
        })
        child.send({ number, command, args })
      }),
    end: async () => {
      await exited
    },
  }
}

/** A peer in a tab that has loaded `page-peer.ts`. */
export function tabRemote(page: Page): Remote {
  return {
    kind: 'tab',
    call: (command, ...args) =>
      page.evaluate(
        async ([name, values]) => {
          const { smoke } = globalThis as unknown as {
            smoke: Record<string, (...args: unknown[]) => unknown>
          }
          return (await smoke[name]?.(...values)) as never
        },
        [command as string, args as unknown[]] as const,
      ),
    end: () => page.close(),
  }
}
