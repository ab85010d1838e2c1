// The conversation on paper and as a file.

import known from "./settings.js";
import { h } from "./dom.js";

/**
 * Print the conversation alone, also when the chat stands on somebody else's page, which else prints without it.
 * @param {HTMLElement} chat
 */
export function print(chat) {
  const root = /** @type {ShadowRoot} */ (chat.shadowRoot);
  const folded = /** @type {HTMLDetailsElement[]} */ ([...root.querySelectorAll("details:not([open])")]);
  const showOthers = hideOthers();
  chat.toggleAttribute("printing", true);
  folded.forEach((one) => (one.open = true)); // where an answer comes from belongs on paper
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
