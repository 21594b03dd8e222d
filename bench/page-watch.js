/**
 * Runs in a measured page before its own scripts. After `arm(kind)`, `measured` is a promise of the milliseconds from the
 * next such event to the frame in which what it asked for is painted: `scan` a line in the receipt, `input` the results.
 */
function painted(then) {
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = then;
    channel.port2.postMessage(0);
  });
}

const linesOfReceipt = () => document.querySelectorAll('ul > li[aria-current]').length;
const isSearching = () => document.querySelector('section[aria-busy="true"]') !== null;

globalThis.arm = (kind) => {
  globalThis.measured = new Promise((resolve) => {
    const before = linesOfReceipt();
    const type = kind === 'scan' ? 'keydown' : 'input';
    const begin = (event) => {
      if (kind === 'scan' && event.key !== 'Enter') return;
      removeEventListener(type, begin, true);
      const observer = new MutationObserver(() => {
        if (kind === 'scan' ? linesOfReceipt() === before : isSearching()) return;
        observer.disconnect();
        painted(() => resolve(performance.now() - event.timeStamp));
      });
      observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    };
    addEventListener(type, begin, true);
  });
};
