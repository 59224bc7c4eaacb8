import type { Page } from 'playwright-core'
import type { Tabs } from './browser.ts'

/** Plays an example as two people would. @returns what there was to see */
export type Play = (tabs: Tabs) => Promise<string>

/** Two tabs that are linked. */
async function pair(tabs: Tabs): Promise<[Page, Page]> {
  const [one, two] = [await tabs.open(), await tabs.open()]
  for (const page of [one, two]) await page.getByText('1 linked').waitFor()
  return [one, two]
}

/** By the name of the directory. */
export const PAGES: Readonly<Record<string, Play>> = {
  async chat(tabs) {
    const [one, two] = await pair(tabs)
    await one.getByLabel('Message', { exact: true }).fill('hello from the other tab')
    await one.getByRole('button', { name: 'Send' }).click()
    const line = two.getByRole('listitem')
    await line.waitFor()
    return `the second tab shows “${(await line.textContent())?.replace(/^\w+: /, '')}”`
  },

  async 'file-drop'(tabs) {
    const [one, two] = await pair(tabs)
    const file = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('x'.repeat(1e5)) }
    await one.locator('input').setInputFiles(file)
    await two.getByRole('link', { name: 'Save notes.txt' }).waitFor()
    await one.getByText('arrived').waitFor()
    return '100 kB went from one tab to the other, checked'
  },

  async 'text-editor'(tabs) {
    const one = await tabs.open()
    await one.getByText('Share the address').waitFor()
    const two = await tabs.open(new URL(one.url()).hash)
    const [left, right] = [one.getByLabel('Text'), two.getByLabel('Text')]
    await right.waitFor()
    await left.click()
    await one.keyboard.type('one ')
    await right.getByText('one').waitFor()
    await right.click()
    await two.keyboard.press('Control+End')
    await two.keyboard.type('two')
    await left.getByText('one two').waitFor()
    await one.locator('.cm-ySelectionCaret').first().waitFor({ state: 'attached' })
    return 'both editors show “one two”, and each other’s carets'
  },

  async cursors(tabs) {
    const [one, two] = await pair(tabs)
    const pointer = two.locator('.pointer')
    for (let step = 1; (await pointer.count()) === 0 && step < 100; step++) {
      await one.mouse.move(10 * step, 100)
      await two.waitForTimeout(50)
    }
    await pointer.waitFor()
    return 'the second tab shows the pointer of the first'
  },
}
