import { availableParallelism } from 'node:os'
import { type CodeHash, Consent } from '@pigeon/volunteer'
import { Processes } from '@pigeon/volunteer/node'
import type { PeerId } from '@pigeon/xor'
import { isPeerId } from '@pigeon/xor'
import { Command, InvalidArgumentError } from 'commander'
import { findTree } from '../find-tree.ts'
import { connectMember, join } from '../member.ts'
import { onStop } from '../until-stopped.ts'
import { from } from '../whole-number.ts'

interface Options {
  readonly tree: string
  readonly entry?: PeerId
  readonly allowTask: CodeHash[]
  readonly slots: number
  readonly maxDegree: number
}

function entry(text: string): PeerId {
  if (isPeerId(text)) return text
  throw new InvalidArgumentError('40 lower-case hex characters, please')
}

function hash(text: string, others: readonly CodeHash[] = []): CodeHash[] {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('64 hex characters, please')
  return [...others, text as CodeHash]
}

/** `node`: is part of a tree, and computes what it allows. */
export function nodeCommand(): Command {
  return new Command('node')
    .description('joins a tree, passes work on, and computes the tasks that it allows')
    .argument('<url>', 'a page of `run`, or a bootstrap server (ws://…)')
    .option(
      '--allow-task <hash>',
      'code that may run here, with all your rights; again for more',
      hash,
    )
    .option('--tree <name>', 'of a bootstrap server: the name of the tree', 'volunteers')
    .option('--entry <id>', 'of a bootstrap server: what `root` says', entry)
    .option('--slots <number>', 'tasks at once', from(1, 256), availableParallelism())
    .option('--max-degree <number>', 'children at most', from(0, 250), 10)
    .action(async (url: string, options: Options) => {
      const { allowTask: allowed = [], slots, maxDegree } = options
      const { hubs, tree, entry: rootEntry } = await findTree(url, options)
      const member = await connectMember(hubs, {
        tree,
        maxDegree,
        ...(rootEntry !== undefined && { entry: rootEntry }),
      })
      onStop(() => member.close(), 0)
      const consent = new Consent({ allowed })
      const { volunteer } = member
      volunteer.on('offer', ({ hash: code, who, what }) => {
        const runs = allowed.includes(code) ? 'runs here' : `is passed on; --allow-task ${code}`
        console.log(`${JSON.stringify(what)} of ${JSON.stringify(who)} ${runs}`)
      })
      volunteer.help(new Processes({ accepts: (offer) => consent.accepts(offer), slots }))
      await join(member)
      console.log(`Joined ${tree} as ${volunteer.id}`)
    })
}
