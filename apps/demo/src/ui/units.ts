const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB']

/** Bytes for people, such as `1.5 MB`. */
export function bytes(count: number): string {
  let [value, unit] = [count, 0]
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`
}

/** Milliseconds as seconds, such as `2.3 s`. */
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** Bytes as hex. */
export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
