/** The oldest Node that runs the tools, as in package.json's `engines`. */
const FLOOR = { major: 20, minor: 19 }

/** @throws Error if this Node is too old */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > FLOOR.major || (major === FLOOR.major && minor >= FLOOR.minor)) return
  throw new Error(
    `Node ${FLOOR.major}.${FLOOR.minor} or newer is needed, this is ${process.versions.node}`,
  )
}
