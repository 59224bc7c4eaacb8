import { Agent, type Report } from './agent.ts'

/** What a peer elsewhere can be told to do, by name. */
export interface Commands {
  join(network: string, hub: string): Promise<number>
  report(): Report
  broadcast(text: string): void
  direct(to: string, text: string): void
  leave(): Promise<void>
}

/** Commands for the one peer of this process or page. */
export function commands(): Commands {
  let agent: Agent | undefined
  const joined = (): Agent => {
    if (agent === undefined) throw new Error('not joined yet')
    return agent
  }
  return {
    join: (network, hub) => {
      agent = new Agent(network, hub)
      return agent.join()
    },
    report: () => joined().report(),
    broadcast: (text) => joined().broadcast(text),
    direct: (to, text) => joined().direct(to, text),
    leave: () => joined().leave(),
  }
}
