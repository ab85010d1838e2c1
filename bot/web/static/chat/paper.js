// The conversation on paper and as a file.

import known from "./settings.js";
import { h } from "./dom.js";
import { pause } from "./server.js";

const PATIENCE = 2000; // milliseconds

/**
 * Print the conversation alone, also when the chat stands on somebody else's page, which else prints without it.
 * It waits for the drawings, which are loaded only when they come into sight.
 * @param {HTMLElement} chat
 */
export async function print(chat) {
  const root = /** @type {ShadowRoot} */ (chat.shadowRoot);
  const folded = /** @type {HTMLDetailsElement[]} */ ([...root.querySelectorAll("details:not([open])")]);
  const showOthers = hideOthers();
  chat.toggleAttribute("printing", true);
  folded.forEach((one) => (one.open = true)); // where an answer comes from belongs on paper
  await drawn(root);
  window.addEventListener(
    "afterprint",
    () => {
      showOthers();
      chat.toggleAttribute("printing", false);
      folded.forEach((one) => (one.open = false));
    },
    { once: true },
  );
  window.print();
}

/**
 * Load the drawings that are not there yet, for a while at most.
 * @param {ShadowRoot} root
 */
function drawn(root) {
  const missing = [...root.querySelectorAll("img")].filter((one) => !one.complete);
  const loading = missing.map((one) => {
    one.loading = "eager";
    return one.decode();
  });
  return Promise.race([Promise.allSettled(loading), pause(PATIENCE)]);
}

/** Keep the rest of the page off paper; returns what takes that back. */
function hideOthers() {
  try {
    const alone = new CSSStyleSheet();
    alone.replaceSync("@media print { body > :not(stride-chat) { display: none !important } }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, alone];
    return () => (document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== alone));
  } catch {
    return () => {}; // Safari before 16.4 prints the website as well
  }
}

/**
 * Let the patient save the conversation as a text file.
 * @param {string[]} said
 */
export function save(said) {
  const url = URL.createObjectURL(new Blob([said.join("\n\n")], { type: "text/plain;charset=utf-8" }));
  h("a", { href: url, download: known.texts.save_name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
