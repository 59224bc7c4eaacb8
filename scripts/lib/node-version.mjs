/** The oldest Node that runs the tools, as in package.json's `engines`. */
const FLOOR = [20, 19]

/** @throws Error if this Node is too old */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > FLOOR[0] || (major === FLOOR[0] && minor >= FLOOR[1])) return
  throw new Error(`Node ${FLOOR.join('.')} or newer is needed, this is ${process.versions.node}`)
}
