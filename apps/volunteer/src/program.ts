import { Command } from 'commander'
import { bootstrapCommand } from './commands/bootstrap.ts'
import { nodeCommand } from './commands/node.ts'
import { rootCommand } from './commands/root.ts'
import { runCommand } from './commands/run.ts'

/** The whole command line. */
export function program(): Command {
  return new Command('pigeon-volunteer')
    .description('Computes a stream of inputs with everybody who opens a page')
    .addCommand(runCommand())
    .addCommand(nodeCommand())
    .addCommand(bootstrapCommand())
    .addCommand(rootCommand())
}
