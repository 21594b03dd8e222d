/**
 * Was something over the page that has the keys to itself, when the key was pressed? A dialog that its Escape closes is gone from
 * the page before the screen below hears of the key, so it is looked for first of all.
 */
const SELECTOR = '[role="dialog"], [role="menu"], [role="listbox"]';
let wasOpen = false;
window.addEventListener(
  'keydown',
  () => {
    // Some are kept on the page while they are closed.
    wasOpen = [...document.querySelectorAll(SELECTOR)].some((one) => one.checkVisibility());
  },
  { capture: true },
);

export const isDialogOpen = (): boolean => wasOpen;
