/**
 * What counts as one address for the limit on connections: an IPv4 address, also when written as
 * IPv6 (`::ffff:192.0.2.1`), or the first 64 bits of an IPv6 address, which is what one household
 * or machine is given (RFC 6177). Anything else counts as it is.
 */
export function addressKey(remoteAddress: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(remoteAddress)
  if (mapped?.[1] !== undefined) return mapped[1]
  if (!remoteAddress.includes(':')) return remoteAddress
  const [head = '', tail] = (remoteAddress.split('%')[0] ?? '').toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  const behind = tail === undefined || tail === '' ? 0 : tail.split(':').length
  while (tail !== undefined && groups.length + behind < 8) groups.push('0')
  if (tail !== undefined && tail !== '') groups.push(...tail.split(':'))
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
