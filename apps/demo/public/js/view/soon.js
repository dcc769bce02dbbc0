/**
 * Draws at most once a frame, however often it is asked to.
 * @param {() => void} draw @returns {() => void} how to ask
 */
export function soon(draw) {
  let isPlanned = false;
  return () => {
    if (isPlanned) return;
    isPlanned = true;
    requestAnimationFrame(() => {
      isPlanned = false;
      draw();
    });
  };
}
