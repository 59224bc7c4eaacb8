import { systemClock as clock, systemRandom as random } from '@pigeon/transport/system'
import { connectTree } from '@pigeon/tree-overlay/bootstrap'
import { Volunteer } from '@pigeon/volunteer'

/**
 * Is the root of the demo's tree, or a node of it where another program is: it passes work on, and computes none.
 * @param {string} hub
 * @returns {Promise<() => void>} ends it
 */
export async function holdTree(hub) {
  const tree = await connectTree(hub, { tree: 'pigeon-demo' })
  const volunteer = new Volunteer({ tree, clock, random })
  const stand = () => {
    tree.becomeRoot((error) => {
      if (error?.code === 'TREE_TAKEN') tree.join(again)
      else again(error)
    })
  }
  /** @param {import('@pigeon/tree-overlay').TreeError} [error] */
  const again = (error) => {
    // Without a hub it takes 30 s until this is known.
    if (error?.code === 'TREE_TIMEOUT') stand()
  }
  stand()
  return () => {
    volunteer.close()
    tree.close()
  }
}
