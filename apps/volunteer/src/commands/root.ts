import { treeEntry } from '@pigeon/tree-overlay/bootstrap'
import { Command } from 'commander'
import { becomeRoot, connectMember } from '../member.ts'
import { onStop } from '../until-stopped.ts'
import { from } from '../whole-number.ts'

interface Options {
  readonly hub: string[]
  readonly tree: string
  readonly secret?: string
  readonly maxDegree: number
}

/** `root`: holds a tree together; it computes nothing. */
export function rootCommand(): Command {
  return new Command('root')
    .description('is the root of a tree; its secret is in PIGEON_TREE_SECRET')
    .requiredOption('--hub <url...>', 'the bootstrap server, or several')
    .option('--tree <name>', 'the name of the tree', 'volunteers')
    .option('--max-degree <number>', 'children at most', from(1, 250), 10)
    .action(async ({ hub, tree, maxDegree }: Options) => {
      const secret = process.env['PIGEON_TREE_SECRET']
      if (secret === undefined || secret.length < 16) {
        throw new Error('PIGEON_TREE_SECRET has the secret of the tree, 16 characters or more')
      }
      const member = await connectMember(hub, { tree, secret, maxDegree })
      onStop(() => member.close(), 0)
      await becomeRoot(member)
      console.log(`This is the root of ${tree}.`)
      console.log(`Nodes join with --entry ${await treeEntry(secret, tree)}`)
    })
}
