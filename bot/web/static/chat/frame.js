// The chat's fixed parts.

import known from "./settings.js";
import { button, choice, h, icon, mark, newWindow } from "./dom.js";

/**
 * @import { Call } from "./replies.d.ts"
 * @import { Beginning } from "./settings.d.ts"
 */

const { texts, clinic } = known;
const COMPOSED = 229; // the code of the key that ends a word which was composed, all that Safari says of that

/** @typedef {ReturnType<typeof frame>} Parts By name; `chat` holds the others but for `launcher`. */

/**
 * What the controls do, by name.
 * @typedef {Record<"open" | "close" | "closed" | "menu" | "larger" | "smaller" | "times" | "repeat", () => void>
 *   & Record<"print" | "save" | "startOver" | "delete" | "input", () => void>
 *   & Record<"submit" | "escape", (event: Event) => void>
 *   & Record<"ask" | "begin", (words: string) => void>
 *   & { focus: (target: EventTarget | null) => void }} Controls
 */

/**
 * Build the chat's frame.
 * @param {boolean} whole Whether the chat is the whole page; else it is a panel that a button opens.
 * @param {string} base The server's address.
 * @param {Controls} on
 */
export function frame(whole, base, on) {
  const title = h(whole ? "h1" : "h2", { id: "title", tabindex: "-1" }, texts.title);
  const intro = h(
    "div",
    { class: "intro" },
    h("p", { class: "lead" }, texts.intro),
    h("p", { id: "disclaimer" }, texts.disclaimer),
    h("p", {}, texts.consent),
    h("p", {}, newWindow(`${base}/privacy`, texts.privacy_link)),
    h(
      "div",
      { class: "choices", role: "group", "aria-label": texts.first_questions_label },
      ...known.firstQuestions.map((question) => choice(question, () => on.ask(question))),
    ),
  );
  const menuButton = button(texts.menu, on.menu, { "aria-expanded": "false", "aria-controls": "menu" });
  const parts = {
    menuButton,
    intro,
    title,
    close: whole ? null : button("×", on.close, { "aria-label": texts.close, class: "close" }),
    times: button(texts.show_times, on.times, { "aria-pressed": "false" }),
    // Announced by the announcer alone, so that each reply is read once.
    log: h("div", { class: "log", role: "log", "aria-live": "off", "aria-label": texts.log, tabindex: "0" }, intro),
    typing: h("p", { class: "typing", hidden: true }, texts.waiting),
    alarm: h("div", { class: "alarm", role: "alert" }),
    check: h("div", { class: "check", role: "group", "aria-labelledby": "checked", hidden: true }),
    lost: h("div", { class: "lost", role: "alert" }),
    retry: h("div", { class: "retry" }),
    announcer: h("div", { class: "unseen", role: "status", "aria-live": "polite", "aria-atomic": "false", "aria-relevant": "additions" }),
    count: h("p", { class: "count" }),
    field: h("textarea", { id: "field", rows: "1", placeholder: texts.placeholder, maxlength: known.longest, autocomplete: "off", input: on.input, keydown: (event) => isSend(event) && on.submit(event) }),
    question: h("p", { id: "question" }),
    launcher: whole ? null : button(texts.open, on.open, { class: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false" }),
  };
  const menu = h(
    "div",
    { id: "menu", class: "menu", role: "group", "aria-label": texts.menu, hidden: true },
    h("div", { class: "begin" }, ...known.beginnings.map((one) => beginning(one, on.begin)), ...clinic.calls.map(callLink)),
    button(texts.larger, on.larger),
    button(texts.smaller, on.smaller),
    button(texts.print, on.print),
    button(texts.save, on.save),
    button(texts.start_over, on.startOver),
    button(texts.delete, on.delete),
    newWindow(`${base}/privacy`, texts.privacy_link),
    parts.times,
    button(texts.repeat, on.repeat),
  );
  const confirm = h(
    "dialog",
    { class: "confirm", "aria-labelledby": "question" },
    parts.question,
    h("form", { method: "dialog" }, h("button", { value: "no" }, texts.no), h("button", { value: "yes" }, texts.yes)),
  );
  const logo = clinic.logo ? h("img", { src: `${base}/clinic-logo`, alt: "" }) : mark();
  const form = h(
    "form",
    { class: "ask", submit: on.submit },
    h("label", { for: "field", class: "unseen" }, texts.placeholder),
    parts.field,
    h("button", { type: "submit" }, texts.send),
    parts.count,
  );
  /** @type {HTMLElement} */
  const chat = h(
    whole ? "main" : "dialog",
    { class: whole ? "chat whole" : "chat", "aria-labelledby": "title", "aria-describedby": whole ? null : "disclaimer" },
    h("header", { role: "none" }, logo, h("div", { class: "names" }, title, h("p", {}, clinic.name)), menuButton, menu, parts.close),
    parts.log,
    parts.announcer,
    parts.alarm,
    parts.check,
    h("div", { class: "unreachable" }, parts.retry, parts.lost),
    form,
    confirm,
  );
  parts.log.append(parts.typing);
  chat.addEventListener("keydown", (event) => event.key === "Escape" && on.escape(event));
  chat.addEventListener("focusin", (event) => on.focus(event.target));
  // What is typed here is none of the website's shortcuts.
  for (const name of ["keydown", "keypress", "keyup"]) chat.addEventListener(name, (event) => event.stopPropagation());
  chat.addEventListener("cancel", (event) => event.target === chat && on.escape(event));
  chat.addEventListener("close", (event) => event.target === chat && on.closed());
  // Where it is the whole page it is no dialog, and nothing opens or closes it.
  return { ...parts, menu, confirm, chat: /** @type {HTMLDialogElement} */ (chat) };
}

/**
 * Whether a key sends: Enter, but with Shift, or while a word is being composed, it goes into the text.
 * @param {KeyboardEvent} event
 */
const isSend = ({ key, shiftKey, isComposing, keyCode }) => key === "Enter" && !shiftKey && !isComposing && keyCode !== COMPOSED;

/**
 * Make an entry of the menu that begins something that the bot can do.
 * @param {Beginning} entry
 * @param {(words: string) => void} begin
 */
function beginning({ title, says, icon: name }, begin) {
  const entry = choice(title, () => begin(says));
  entry.prepend(icon(name));
  return entry;
}

/**
 * Make the part of an alarm that calls.
 * @param {Call[]} calls
 */
export const callButtons = (calls) => h("p", { class: "calls" }, ...calls.map(callLink));

/** @param {Call} call */
const callLink = ({ title, number }) => h("a", { href: `tel:${number.replace(/[^\d+*#]/g, "")}` }, icon("call"), title);
