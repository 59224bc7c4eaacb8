import { connectTree } from '@pigeon/tree-overlay/bootstrap'

type Node = Awaited<ReturnType<typeof connectTree>>

/** How long a join may take, ms: on a busy machine the bench tells how long, not that it failed. */
const PATIENCE_MS = 180_000

/** What one node says of itself. */
export interface NodeState {
  readonly id: string
  readonly parent: string | null
  readonly children: readonly string[]
  /** Whether it heard of the root lately. */
  readonly isAttached: boolean
  readonly isRoot: boolean
}

/** What a node can be told, in a process or in a tab. */
export type TreeCommands = {
  /** Connects to a hub. */
  connect(hub: string, maxDegree: number): Promise<void>
  becomeRoot(): Promise<void>
  /** @returns ms it took */
  join(): Promise<number>
  state(): NodeState
}

/** Commands for the one node of this process or page. */
export function treePeer(): TreeCommands {
  let node: Node
  return {
    async connect(hub, maxDegree) {
      const requestTimeoutMs = PATIENCE_MS
      node = await connectTree(hub, { tree: 'bench', maxDegree, requestTimeoutMs, iceServers: [] })
    },
    becomeRoot: () =>
      new Promise((resolve, reject) =>
        node.becomeRoot((error) => (error === undefined ? resolve() : reject(error))),
      ),
    join: () => {
      const from = performance.now()
      return new Promise((resolve, reject) =>
        node.join((error) =>
          error === undefined ? resolve(performance.now() - from) : reject(error),
        ),
      )
    },
    state: () => ({
      id: node.id,
      parent: node.parent?.peer ?? null,
      children: [...node.children.keys()],
      isAttached: node.isAttached,
      isRoot: node.isRoot,
    }),
  }
}
