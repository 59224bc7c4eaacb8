/**
 * What the worker in the sandbox runs: it imports a module once, and computes one input after the
 * other. As text, since nothing is fetched there.
 */
export const WORKER_SOURCE = `
const encode = (value) => {
  if (value === undefined) return Uint8Array.of(2)
  const isBytes = value instanceof Uint8Array
  const json = isBytes ? undefined : JSON.stringify(value)
  if (!isBytes && json === undefined) throw new TypeError('cannot send a ' + typeof value)
  const body = isBytes ? value : new TextEncoder().encode(json)
  const bytes = new Uint8Array(1 + body.length)
  bytes[0] = isBytes ? 0 : 1
  bytes.set(body, 1)
  return bytes
}
const decode = (bytes) => {
  const body = bytes.subarray(1)
  if (bytes[0] === 0) return body.slice()
  return bytes[0] === 2 ? undefined : JSON.parse(new TextDecoder().decode(body))
}
onmessage = ({ data: { code }, ports: [port] }) => {
  onmessage = null
  let task
  port.onmessage = async ({ data: { number, payload } }) => {
    try {
      if (task === undefined) {
        const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
        task = (await import(url)).default
        URL.revokeObjectURL(url)
      }
      if (typeof task !== 'function') throw new TypeError('its default export is no function')
      port.postMessage({ number, ok: true, payload: encode(await task(decode(payload))) })
    } catch (error) {
      port.postMessage({ number, ok: false, text: String(error).slice(0, 256) })
    }
  }
}
`
