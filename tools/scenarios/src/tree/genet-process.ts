// A node of npm webrtc-tree-overlay, in a process of its own, told what ours are told.
import { randomUUID } from 'node:crypto'
import { serve } from '../bench/mesh/serve.ts'
import { type GenetChannel, type GenetNode, loadGenet, SECRET } from './genet-module.ts'
import type { TreeCommands } from './webrtc-peer.ts'

const REQUEST_TIMEOUT_MS = 180_000

const { Node, bootstrap, wrtc } = loadGenet()
/** It has no names of its own that both ends of a link know: each tells the other this one. */
const id = randomUUID()
const children = new Map<GenetChannel, string>()
let node: GenetNode
let parent: string | null = null
let isRoot = false
let joined = (): void => {}

const commands: TreeCommands = {
  async connect(host, maxDegree) {
    const peerOpts = { wrtc, config: { iceServers: [] } }
    const options = { peerOpts, maxDegree, requestTimeoutInMs: REQUEST_TIMEOUT_MS }
    node = new Node(bootstrap(host), options)
    for (const event of ['child-connect', 'parent-connect'] as const) {
      node.on(event, (channel) => channel.send(id))
    }
    // Names may come before the end that gets them knows that the link is open.
    node.on('data', (name, channel, isParent) => {
      if (isParent) {
        parent = name
        joined()
      } else children.set(channel, name)
    })
    for (const event of ['child-close', 'child-error'] as const) {
      node.on(event, (child) => children.delete(child))
    }
    for (const event of ['parent-close', 'parent-error'] as const) {
      node.on(event, () => {
        parent = null
      })
    }
  },
  async becomeRoot() {
    isRoot = true
    node.becomeRoot(SECRET)
  },
  join() {
    const from = performance.now()
    return new Promise((resolve) => {
      joined = () => resolve(performance.now() - from)
      node.join()
    })
  },
  // It does not know whether anybody above it is connected with the root.
  state: () => ({ id, parent, children: [...children.values()], isAttached: true, isRoot }),
}

serve(commands)
