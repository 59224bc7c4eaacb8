/** What a name must not hold on some system: separators, reserved and control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to replace
const UNSAFE = /[\u0000-\u001f\u007f-\u009f"*/:<>?\\|\u202a-\u202e\u2066-\u2069]/g

/** A name from the network as one that can be used for a file: no path, nothing that misleads. */
export function safeName(name: string): string {
  const safe = name.replace(UNSAFE, '_').replace(/^[. ]+|[. ]+$/g, '')
  return safe === '' ? 'file' : safe
}
