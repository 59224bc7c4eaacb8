import { fileURLToPath } from 'node:url'
import { bundle } from '@pigeon-tools/browser'
import type { PageApi } from './page.ts'

/** Opens a tab of a profile. */
interface Opener {
  newPage(): Promise<Page>
}

/** A tab, as far as it is used here. */
export interface Page {
  goto(url: string): Promise<unknown>
  waitForFunction(text: string): Promise<unknown>
  evaluate(text: string): Promise<unknown>
  on(event: 'console', listener: (message: { text(): string }) => void): unknown
  close(): Promise<void>
}

/** The module that runs in the page. */
export function pageScript(): Promise<string> {
  return bundle(fileURLToPath(new URL('page.ts', import.meta.url)))
}

export async function openPage(opener: Opener, url: string): Promise<Page> {
  const page = await opener.newPage()
  await page.goto(url)
  await page.waitForFunction(`'storage' in globalThis`)
  return page
}

/** Calls a function of the page. */
export function call<K extends keyof PageApi>(
  page: Page,
  name: K,
  ...args: Parameters<PageApi[K]>
): Promise<Awaited<ReturnType<PageApi[K]>>> {
  return page.evaluate(`storage.${name}(...${JSON.stringify(args)})`) as never
}
