/** What covers a part of the picture: its middle, and half of its width and height. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A label that wants to stand on a line. */
export interface Label {
  readonly key: string
  readonly text: string
  readonly from: { readonly x: number; readonly y: number }
  readonly to: { readonly x: number; readonly y: number }
}

/** Where on a line its label may stand, as parts of the way: the middle of the far half first. */
const PARTS = [0.58, 0.5, 0.66, 0.42, 0.74, 0.34]

/** Half of a letter's width and of a line's height, in parts of the size of the letters. */
const LETTER = 0.34
const LINE = 0.55

/** The box of a text whose middle is at a point. */
export function textBox(text: string, at: { x: number; y: number }, size: number): Box {
  return { ...at, width: text.length * LETTER * size, height: LINE * size }
}

const overlap = (a: Box, b: Box): boolean =>
  Math.abs(a.x - b.x) < a.width + b.width && Math.abs(a.y - b.y) < a.height + b.height

/**
 * Finds places for labels on their lines at which none covers another, or anything else.
 * @param labels the most important first
 * @param taken what may not be covered
 * @param size of the letters, in units of the picture
 * @returns places by key; a label for which there is no room has none
 */
export function placeLabels(
  labels: readonly Label[],
  taken: readonly Box[],
  size: number,
): Map<string, { x: number; y: number }> {
  const boxes = [...taken]
  const places = new Map<string, { x: number; y: number }>()
  for (const { key, text, from, to } of labels) {
    const box = PARTS.map((part) => {
      const at = { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }
      return textBox(text, at, size)
    }).find((one) => !boxes.some((other) => overlap(one, other)))
    if (box === undefined) continue
    boxes.push(box)
    places.set(key, { x: box.x, y: box.y })
  }
  return places
}
