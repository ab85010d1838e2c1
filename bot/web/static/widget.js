// Puts the chat on a page: <script src="https://bot.example/widget.js" data-clinic="clinic" defer></script>
// docs/web.md tells what the page's Content-Security-Policy must allow.
(() => {
  "use strict";
  const { src, dataset } = /** @type {HTMLScriptElement} */ (document.currentScript);
  const place = document.querySelector("stride-chat"); // on the server's own page, with what is shown without the chat
  place?.toggleAttribute("loading", true);
  import(new URL("chat/chat.js", src).href).then(
    (/** @type {typeof import("./chat/chat.js")} */ { start }) => start(dataset.clinic),
    (error) => {
      console.error(`The chat could not be loaded from ${src}:`, error);
      place?.toggleAttribute("loading", false);
    },
  );
})();
