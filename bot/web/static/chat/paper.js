// The conversation on paper and as a file.

import known from "./settings.js";
import { h } from "./dom.js";

/** Print the conversation alone, also when the chat stands on somebody else's page. */
export function print(root) {
  const alone = new CSSStyleSheet();
  alone.replaceSync("@media print { body > :not(stride-chat) { display: none !important } }");
  const folded = [...root.querySelectorAll("details:not([open])")];
  const before = [...document.adoptedStyleSheets];
  document.adoptedStyleSheets = [...before, alone];
  folded.forEach((one) => (one.open = true)); // where an answer comes from belongs on paper
  window.addEventListener(
    "afterprint",
    () => {
      document.adoptedStyleSheets = before;
      folded.forEach((one) => (one.open = false));
    },
    { once: true },
  );
  window.print();
}

/** Let the patient save the conversation as a text file. */
export function save(lines) {
  const url = URL.createObjectURL(new Blob([lines.join("\n\n")], { type: "text/plain;charset=utf-8" }));
  h("a", { href: url, download: known.texts.save_name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
