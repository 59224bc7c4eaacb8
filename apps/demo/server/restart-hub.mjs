/** How long the hub stays away, ms. */
const AWAY_MS = 3000

/**
 * Ends a hub, and starts it again on the same port, to show that links do without.
 * @param {import('@pigeon/hub-server').RunningHub} hub
 * @returns {() => Promise<void>}
 */
export function restarter({ server }) {
  return async () => {
    await server.stop()
    await new Promise((resolve) => setTimeout(resolve, AWAY_MS))
    await server.start()
  }
}
