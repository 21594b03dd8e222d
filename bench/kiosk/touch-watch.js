/**
 * Runs in a measured page before its own scripts. After `arm()`, `measured` is a promise of the milliseconds from the next
 * touch to the frame in which another screen is painted; null when none comes within three seconds. `lookAt()` says which
 * screen it is and what can be touched now.
 */
const titleOf = () => document.querySelector('h1')?.textContent ?? '';

globalThis.arm = () => {
  globalThis.measured = new Promise((resolve) => {
    const before = titleOf();
    setTimeout(() => resolve(null), 3000);
    const begin = (event) => {
      const observer = new MutationObserver(() => {
        if (titleOf() === before) return;
        observer.disconnect();
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => resolve(performance.now() - event.timeStamp);
          channel.port2.postMessage(0);
        });
      });
      observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    };
    addEventListener('click', begin, { capture: true, once: true });
  });
};

globalThis.lookAt = () => {
  const buttons = [...document.querySelectorAll('button')]
    .filter((one) => !one.disabled && one.getClientRects().length > 0)
    .map((one) => one.innerText.replaceAll(/\s+/g, ' ').trim());
  return { title: titleOf(), buttons };
};
