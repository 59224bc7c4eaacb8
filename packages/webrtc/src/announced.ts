import { isIP } from 'node:net'
import type { RtcCandidate, RtcDescription } from './engine.ts'

/**
 * The same candidate at other addresses of the same machine, if it is one of its own: type `host`,
 * of the same family of IP. RFC 8839 §5.1.
 */
export function announcedCandidates(
  candidate: RtcCandidate,
  addresses: readonly string[],
): RtcCandidate[] {
  return announcedLines(candidate.candidate, addresses).map((line) => ({
    ...candidate,
    candidate: line,
  }))
}

/** The description with candidates at other addresses of the same machine behind its own ones. */
export function announcedDescription(
  { type, sdp = '' }: RtcDescription,
  addresses: readonly string[],
): RtcDescription {
  const lines = sdp.split('\r\n').flatMap((line) => {
    if (!line.startsWith('a=candidate:')) return [line]
    return [line, ...announcedLines(line.slice(2), addresses).map((each) => `a=${each}`)]
  })
  return { type, sdp: lines.join('\r\n') }
}

function announcedLines(line: string, addresses: readonly string[]): string[] {
  // candidate:foundation component transport priority address port typ …
  const words = line.split(' ')
  const own = words[4] ?? ''
  if (words[7] !== 'host') return []
  return addresses
    .filter((address) => isIP(address) === isIP(own) && address !== own)
    .map((address) => [...words.slice(0, 4), address, ...words.slice(5)].join(' '))
}
