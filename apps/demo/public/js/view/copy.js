/**
 * A button that copies a text; left out where the browser does not let a page copy.
 * @param {HTMLButtonElement} button @param {() => string} text
 */
export function copyOn(button, text) {
  button.hidden = !navigator.clipboard;
  const label = button.textContent;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(text());
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = label), 2_000);
  });
}
