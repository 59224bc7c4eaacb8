/** The first characters of an id, which people tell peers apart by. */
export function shortId(id: string): string {
  return id.slice(0, 8)
}

/** Bytes with a unit: `1.2 MB`. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const
  let [value, unit] = [bytes, 0]
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}

/** What comes with an event, in a line: ids cut short, numbers rounded. */
export function detailText(detail: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(detail, (_, value: unknown) => {
    if (typeof value === 'number') return Math.round(value * 10) / 10
    return typeof value === 'string' && /^[0-9a-f]{40}$/.test(value) ? shortId(value) : value
  })
  return text.slice(1, -1).replaceAll('"', '').replaceAll(',', ', ')
}
