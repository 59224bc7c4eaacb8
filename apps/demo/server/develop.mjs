import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'

/** Serves the demo with reload; it talks to the hub on localhost:3000 or to that of `?api=`. */
export async function develop() {
  const server = await createServer({ root: fileURLToPath(new URL('..', import.meta.url)) })
  await server.listen()
  server.printUrls()
  console.log(
    '  It needs a hub: `npm run hub` in another terminal, or add ?api=ws://… to the page.',
  )
  const stop = async () => {
    await server.close()
    process.exit(0)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}
