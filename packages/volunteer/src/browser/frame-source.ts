/** No network, no storage of anybody, no page: all a task has is its worker. */
const POLICY: string = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:",
  'worker-src blob:',
  "webrtc 'block'",
].join('; ')

/** The document of the frame; all it does is to start the worker that it is sent. */
export const FRAME_SOURCE: string = `<!doctype html>
<meta http-equiv="content-security-policy" content="${POLICY}">
<script>
addEventListener('message', ({ data, ports }) => {
  const url = URL.createObjectURL(new Blob([data.worker], { type: 'text/javascript' }))
  new Worker(url).postMessage({ code: data.code }, ports)
}, { once: true })
</script>`
