/** Whether only this machine reaches an address. RFC 6761 §6.3; RFC 1122 §3.2.1.3; RFC 4291 §2.5.3. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(host) || host === '::1'
}
