/**
 * Lets the page do everything else first. Timers of tabs that nobody looks at run once a second, and
 * those help, too; messages are not held up.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
