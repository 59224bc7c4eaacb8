/** What turbo says about its tasks, for example `8 successful, 8 total, 8 cached`. */
export function turboSummary(output: string): string {
  const tasks = /Tasks:\s+(.*)/.exec(output)?.[1] ?? 'no tasks'
  const cached = /Cached:\s+(\d+ cached)/.exec(output)?.[1]
  return cached === undefined ? tasks : `${tasks}, ${cached}`
}
