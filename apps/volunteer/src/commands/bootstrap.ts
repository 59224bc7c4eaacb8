import { HubServer } from '@pigeon/hub/server'
import { Command } from 'commander'
import { onStop } from '../until-stopped.ts'
import { from } from '../whole-number.ts'

interface Options {
  readonly port: number
  readonly host: string
}

/** `bootstrap`: a hub and nothing else. */
export function bootstrapCommand(): Command {
  return new Command('bootstrap')
    .description('runs a server by which the nodes of trees find each other')
    .option('--port <number>', 'where it listens; 0 is any', from(0, 65_535), 3000)
    .option('--host <address>', 'of this machine; 0.0.0.0 is all', 'localhost')
    .action(async ({ port, host }: Options) => {
      const hub = new HubServer({ port, host })
      onStop(() => hub.stop(), 0)
      const { url } = await hub.start()
      console.log(`The bootstrap server is running at ${url}`)
    })
}
