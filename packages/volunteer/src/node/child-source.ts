/**
 * What a child process runs: it loads a module once, and computes one input after the other.
 * As text, since it is started with `--eval`, so that it does not depend on files.
 */
export const CHILD_SOURCE = `
const send = process.send.bind(process)
const exit = process.exit.bind(process)
process.on('disconnect', () => exit(0))
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
  if (bytes[0] === 0) return new Uint8Array(body)
  return bytes[0] === 2 ? undefined : JSON.parse(new TextDecoder().decode(body))
}
let task
process.on('message', async ({ number, code, payload }) => {
  try {
    if (code !== undefined) task = (await import('data:text/javascript;base64,' + code)).default
    if (typeof task !== 'function') throw new TypeError('its default export is no function')
    const result = encode(await task(decode(payload)))
    send({ number, ok: true, payload: result })
  } catch (error) {
    send({ number, ok: false, text: String(error).slice(0, 256) })
  }
})
`
