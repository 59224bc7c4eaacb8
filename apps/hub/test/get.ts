import { type IncomingHttpHeaders, request } from 'node:http'

/** Asks a program on this machine; fails after two seconds. */
export function get(
  port: number,
  path: string,
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; text: string }> {
  return new Promise((resolve, reject) => {
    // `request` sends the path as it is; `fetch` would tidy it up first.
    const sent = request(
      { host: '127.0.0.1', port, path, agent: false, timeout: 2000 },
      (response) => {
        let text = ''
        response.on('data', (data: Buffer) => {
          text += data
        })
        response.on('end', () => {
          resolve({ status: response.statusCode, headers: response.headers, text })
        })
      },
    )
    sent.on('timeout', () => sent.destroy(new Error(`no answer at ${path}`)))
    sent.on('error', reject).end()
  })
}
