/** Whether an option, or without one the address of the page, asks for debugging. */
export function isDebugging(debug: boolean | undefined): boolean {
  if (debug !== undefined) return debug
  const { location } = globalThis as { location?: { search?: string } }
  return new URLSearchParams(location?.search ?? '').get('debug') === 'true'
}
