import { systemClock as clock, systemRandom as random } from '@pigeon/transport/system'
import { type ConnectTreeOptions, connectTree, type TreeNode } from '@pigeon/tree-overlay/bootstrap'
import { Volunteer } from '@pigeon/volunteer'
import { drawsTree } from './shape.ts'

/** A node of a tree, and the volunteer on it. */
export interface Member {
  readonly node: TreeNode
  readonly volunteer: Volunteer
  /** Leaves. */
  close(): void
}

/** Connects to hubs; it is in no tree yet. */
export async function connectMember(
  hubs: readonly string[],
  options: ConnectTreeOptions,
): Promise<Member> {
  const node = await connectTree(hubs, options)
  drawsTree(node)
  const volunteer = new Volunteer({ tree: node, clock, random })
  return {
    node,
    volunteer,
    close() {
      volunteer.close()
      node.close()
    },
  }
}

/** @throws TreeError if it does not become root */
export function becomeRoot({ node }: Member): Promise<void> {
  return new Promise((resolve, reject) => {
    node.becomeRoot((error) => (error === undefined ? resolve() : reject(error)))
  })
}

/** @throws TreeError if nobody takes it */
export function join({ node }: Member): Promise<void> {
  return new Promise((resolve, reject) => {
    node.join((error) => (error === undefined ? resolve() : reject(error)))
  })
}
