import { systemClock as clock, systemRandom as random } from '@pigeon/transport/system'
import { connectTree, type TreeNode } from '@pigeon/tree-overlay/bootstrap'
import { OwnFunctions, Volunteer } from '@pigeon/volunteer'
import { TASKS } from './tasks.ts'

/** How long a join may take, ms: many processes share few processors. */
const PATIENCE_MS = 180_000

/** What a worker can be told. */
export type WorkerCommands = {
  /** Joins the tree at a hub, and computes. */
  join(hub: string): Promise<void>
  /** @returns tasks it computed */
  computed(): number
}

/** Commands for the one volunteer of this process. */
export function worker(): WorkerCommands {
  let node: TreeNode
  let volunteer: Volunteer
  return {
    async join(hub) {
      node = await connectTree(hub, {
        tree: 'bench',
        requestTimeoutMs: PATIENCE_MS,
        iceServers: [],
      })
      volunteer = new Volunteer({ tree: node, clock, random })
      const functions = Object.values(TASKS).map(({ hash, run }) => [hash, run] as const)
      volunteer.help(new OwnFunctions(new Map(functions)))
      await new Promise<void>((resolve, reject) =>
        node.join((error) => (error === undefined ? resolve() : reject(error))),
      )
    },
    computed: () => volunteer.getStats().computed,
  }
}
