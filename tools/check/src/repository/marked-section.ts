/** Generated text between two comments of a Markdown file. */
export interface Markers {
  readonly start: string
  readonly end: string
}

/** What stands between the markers, or undefined without them. */
export function readSection(text: string, { start, end }: Markers): string | undefined {
  const from = text.indexOf(start)
  const to = text.indexOf(end, from + start.length)
  return from < 0 || to < 0 ? undefined : text.slice(from + start.length, to)
}

/** @throws RangeError if the markers are missing */
export function replaceSection(text: string, markers: Markers, section: string): string {
  const { start, end } = markers
  if (readSection(text, markers) === undefined)
    throw new RangeError(`the markers ${start} and ${end} are missing`)
  const from = text.indexOf(start) + start.length
  return text.slice(0, from) + section + text.slice(text.indexOf(end, from))
}
