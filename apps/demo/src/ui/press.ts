/**
 * What makes a button do something, or nothing for now. A button that is `disabled` loses the focus,
 * and with it the place of those who use the keyboard.
 */
export const press = (
  isReady: boolean,
  act: () => unknown,
): { 'aria-disabled': boolean; onClick: () => void } => ({
  'aria-disabled': !isReady,
  onClick: () => {
    if (isReady) act()
  },
})
