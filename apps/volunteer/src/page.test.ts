import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchChromium } from '@pigeon-tools/browser'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Program } from '../test/program.ts'

let browser: Browser
let directory: string
beforeAll(async () => {
  browser = await launchChromium()
  directory = await mkdtemp(join(tmpdir(), 'pigeon-page-'))
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await rm(directory, { recursive: true })
})

test('T7 T8 T9 a page of one URL helps a process of Node, when its person says so', async () => {
  const file = join(directory, 'double.mjs')
  await writeFile(file, 'export default (line) => 2 * line')
  const args = ['--stdin', '--port', '0', '--slots', '0', '--total', '60', '--who', '<b>Ada</b>']
  const program = new Program(['run', file, ...args])
  const [, url = ''] = await program.said(/help at (\S+)/)
  const numbers = Array.from({ length: 60 }, (_, index) => index)
  program.child.stdin.write(`${numbers.slice(0, 40).join('\n')}\n`)

  const page = await browser.newPage()
  const errors: unknown[] = []
  page.on('pageerror', (error) => errors.push(error))
  await page.goto(url)
  await page.getByText('double.mjs').waitFor()
  // What somebody calls themselves is text and nothing else.
  expect(await page.locator('#who').textContent()).toBe('<b>Ada</b>')
  expect(await page.locator('#state').textContent()).toBe('not helping')
  await page.waitForFunction(() => document.querySelector('#done')?.textContent === '0 of 60')
  expect(await page.locator('iframe').count()).toBe(0)

  await page.locator('#slots').fill('1')
  await page.getByRole('button', { name: 'Start helping' }).click()
  await page.waitForFunction(() => document.querySelector('#done')?.textContent === '40 of 60')
  expect(Number(await page.locator('#here').textContent())).toBe(40)
  await page.getByText('2 in the tree, 1 computed something').waitFor()
  expect(await page.locator('#tree circle.here').count()).toBe(1)

  await page.getByRole('button', { name: 'Stop' }).click()
  expect(await page.locator('iframe').count()).toBe(0)
  expect(await page.locator('#state').textContent()).toBe('not helping')
  program.child.stdin.write(`${numbers.slice(40).join('\n')}\n`)
  await page.getByText('1 in the tree').waitFor()

  await page.getByRole('button', { name: 'Start helping' }).click()
  program.child.stdin.end()
  expect(await program.exit()).toBe(0)
  expect(program.stdout).toBe(`${numbers.map((number) => 2 * number).join('\n')}\n`)
  expect(errors).toEqual([])
}, 120_000)
