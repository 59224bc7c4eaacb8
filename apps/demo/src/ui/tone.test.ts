import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const css = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

/** The colours a custom property is given, in order: of the light scheme, then of the dark one. */
const given = (name: string, path: string): string[] =>
  [...css(path).matchAll(new RegExp(`--${name}: (#[0-9a-f]{6})`, 'g'))].map(
    ([, colour]) => colour as string,
  )

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** WCAG 2.2, contrast ratio. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

test('a name in its colour can be read on every bubble, light and dark', () => {
  const tones = given('tone', './tone.css')
  expect(tones).toHaveLength(24)
  for (const scheme of [0, 1]) {
    for (const ground of ['back', 'soft']) {
      const behind = given(ground, '../style/base.css')[scheme] as string
      for (const tone of tones.slice(scheme * 12, scheme * 12 + 12)) {
        expect(contrast(tone, behind), `${tone} on ${behind}`).toBeGreaterThanOrEqual(4.5)
      }
    }
  }
})
