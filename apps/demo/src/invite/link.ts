/** The address by which others join the same network. @param base of the page, or of its server */
export function linkTo(base: string, network: string): string {
  const url = new URL('./', base)
  url.searchParams.set('network', network)
  const hub = new URL(base).searchParams.get('api')
  if (hub !== null) url.searchParams.set('api', hub)
  return url.href
}

/** Whether only the computer that serves it reaches an address. */
export const isLocal = (link: string): boolean =>
  /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(link).hostname)
