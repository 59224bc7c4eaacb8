import { WIDTH } from './mandelbrot.ts'

/** A row as it comes from whoever computed it. */
export interface Row {
  /** The colour of who computed it, in degrees. */
  readonly hue: number
  readonly points: Uint8Array
}

/** The colour of a node, in degrees: the same wherever it is shown. */
export const hueOf = (id: string): number => Number.parseInt(id.slice(0, 2), 16) * (360 / 256)

/** For the wire: a byte of colour, then the points. */
export function encodeRow(id: string, points: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + points.length)
  bytes[0] = Number.parseInt(id.slice(0, 2), 16)
  bytes.set(points, 1)
  return bytes
}

/** @returns nothing if it is not a row: whoever helps may answer anything */
export function decodeRow(value: unknown): Row | undefined {
  if (!(value instanceof Uint8Array) || value.length !== 1 + WIDTH) return undefined
  return { hue: (value[0] as number) * (360 / 256), points: value.subarray(1) }
}

/** Red, green, blue and opacity of each point: dark inside, else light in the colour of who computed it. */
export function paintRow({ hue, points }: Row): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * points.length)
  for (const [column, light] of points.entries()) {
    for (const [channel, degrees] of [0, 120, 240].entries()) {
      const part = 0.5 + 0.5 * Math.cos(((hue - degrees) * Math.PI) / 180)
      pixels[4 * column + channel] = 14 + light * (0.35 + 0.6 * part)
    }
    pixels[4 * column + 3] = 255
  }
  return pixels
}
