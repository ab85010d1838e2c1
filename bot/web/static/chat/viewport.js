// What can be seen of the window: on many phones the keyboard covers the page without making it smaller.

const ZOOMED = 1.05; // from here on the patient has made the page larger to look at a part of it

/**
 * Tell the chat's style what can be seen while the keyboard is up: `--above`, where it begins, and `--seen`, how high it is.
 * @param {HTMLElement} host
 */
export function fitKeyboard(host) {
  const { visualViewport: seen, document } = window;
  if (!seen) return;
  const fit = () => {
    const covered = seen.scale < ZOOMED && seen.height < document.documentElement.clientHeight - 1;
    host.toggleAttribute("covered", covered);
    host.style.setProperty("--above", covered ? `${seen.offsetTop}px` : null);
    host.style.setProperty("--seen", covered ? `${seen.height}px` : null);
  };
  for (const name of ["resize", "scroll"]) seen.addEventListener(name, fit);
  fit();
}

/** Whether typing brings up a keyboard that covers much of a small screen. */
export const keyboardCovers = () => matchMedia("(max-width: 30rem) and (pointer: coarse)").matches;
