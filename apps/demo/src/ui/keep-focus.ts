const CONTROL = 'button, a[href], input, select, textarea, [tabindex="0"]'

/** From what has the focus up to the page. */
let path: readonly Element[] = []

/**
 * Keeps the place of those who use the keyboard: when what has the focus goes away, such as a button
 * that is replaced by what it started, what is nearest to it gets the focus. Browsers would begin
 * again at the top of the page.
 * @param root what changes
 * @returns ends it
 */
export function keepFocus(root: Element): () => void {
  const remember = ({ target }: Event): void => {
    const next: Element[] = []
    for (let one = target as Element | null; one !== null; one = one.parentElement) next.push(one)
    path = next
  }
  const mend = (): void => {
    const [last, ...above] = path
    if (last === undefined || last.isConnected || document.activeElement !== document.body) return
    for (const one of above) {
      const control = one.isConnected ? one.querySelector<HTMLElement>(CONTROL) : null
      if (control === null) continue
      control.focus()
      return
    }
  }
  const observer = new MutationObserver(mend)
  root.addEventListener('focusin', remember)
  observer.observe(root, { childList: true, subtree: true })
  return () => {
    root.removeEventListener('focusin', remember)
    observer.disconnect()
  }
}
