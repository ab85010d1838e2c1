// The chat as a web component: its controls.

import known from "./settings.js";
import { Conversation } from "./conversation.js";
import { h } from "./dom.js";
import { frame } from "./frame.js";
import { Memory } from "./memory.js";
import { print, save } from "./paper.js";
import { silence } from "./speech.js";
import { fitKeyboard, keyboardCovers } from "./viewport.js";

/** @import { Controls, Parts } from "./frame.js" */

const NAME = "stride-chat";
const BASE = new URL("..", import.meta.url).href.replace(/\/$/, "");
const SIZES = [0.9, 1, 1.25, 1.5, 2];
const USUAL = 1; // its place among the sizes
const SMALL = "(max-width: 30rem)"; // there the panel fills the screen
const CLOSED_BY_BUTTON = "button"; // how the panel was closed
const { texts } = known;

/**
 * Put the chat on the page, unless it is there already or meant for another clinic, whose numbers it would not show.
 * @param {string} [clinic] Its id.
 */
export function start(clinic) {
  if (clinic !== undefined && clinic !== known.clinic.id) {
    console.error(`data-clinic="${clinic}": this server answers for "${known.clinic.id}" (clinic.yml: id)`);
    return;
  }
  if (customElements.get(NAME)) return;
  customElements.define(NAME, Chat);
  if (!document.querySelector(NAME)) document.body.append(h(NAME));
}

/** @typedef {Parts & { launcher: HTMLButtonElement }} Panel The parts of a chat that can be closed. */

class Chat extends HTMLElement {
  // Both are there once it is connected.
  #parts = /** @type {Parts} */ (/** @type {unknown} */ (undefined));
  #conversation = /** @type {Conversation} */ (/** @type {unknown} */ (undefined));
  #memory = new Memory(`${NAME} ${BASE}`);

  connectedCallback() {
    if (this.#parts) return;
    const whole = this.hasAttribute("whole");
    this.#parts = frame(whole, BASE, this.#controls());
    this.#conversation = new Conversation(this.#parts, BASE, this.#memory, () => this.#toFront());
    this.lang = "en";
    const root = this.attachShadow({ mode: "open" });
    this.#dress(root);
    root.append(.../** @type {HTMLElement[]} */ ([this.#parts.launcher, this.#parts.chat].filter(Boolean)));
    this.#resize(0);
    if (this.#memory.get("times")) this.#showTimes();
    // On a phone it would cover the page that the patient has just opened.
    if (this.#memory.get("open") && !whole && !matchMedia(SMALL).matches) this.#open(false);
    this.#type(this.#memory.get("draft") ?? "");
    this.#conversation.start();
    addEventListener("resize", () => this.#fit());
    addEventListener("online", () => this.#conversation.again());
    document.addEventListener("visibilitychange", () => this.#conversation.again());
    fitKeyboard(this);
  }

  disconnectedCallback() {
    silence();
  }

  /** @returns {Controls} */
  #controls() {
    return {
      ask: (question) => this.#conversation.ask(question, question),
      begin: (words) => {
        this.#toggleMenu(false);
        this.#parts.log.focus({ preventScroll: true }); // the button is gone
        this.#conversation.ask(words, words);
      },
      open: () => this.#open(),
      close: () => this.#close(),
      closed: () => this.#closed(),
      escape: (event) => this.#escape(event),
      menu: () => this.#toggleMenu(),
      larger: () => this.#resize(1),
      smaller: () => this.#resize(-1),
      times: () => this.#showTimes(),
      repeat: () => {
        this.#toggleMenu(false);
        this.#parts.menuButton.focus();
        this.#conversation.transcript.repeat();
      },
      focus: (target) => this.#focused(target),
      print: () => print(this),
      save: () => save(this.#conversation.transcript.saved),
      startOver: () => this.#askBeforeLeaving(texts.start_over_sure, () => this.#conversation.clear()),
      delete: () => this.#askBeforeLeaving(texts.delete_sure, () => this.#conversation.delete()),
      submit: (event) => this.#submit(event),
      input: () => this.#typed(),
    };
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const { field } = this.#parts;
    const text = field.value.trim();
    if (!text || !keyboardCovers()) field.focus();
    else field.blur(); // the keyboard would hide the answer
    if (!text) return;
    if (text.length <= known.limit) this.#type(""); // else it stays, to be made shorter
    this.#toggleMenu(false);
    this.#conversation.ask(text, text);
  }

  /** @param {string} text What stands in the field from now on. */
  #type(text) {
    this.#parts.field.value = text;
    this.#typed();
  }

  /** Keep what is typed over a reload. */
  #typed() {
    this.#memory.set("draft", this.#parts.field.value || undefined);
    this.#count();
  }

  #open(focus = true) {
    const { chat, launcher } = this.#parts;
    if (!launcher || chat.open) return;
    if (matchMedia(SMALL).matches) chat.showModal();
    else chat.open = true; // show() would take the focus
    launcher.setAttribute("aria-expanded", "true");
    this.#memory.set("open", true);
    this.#fit();
    this.#conversation.transcript.lastInSight(); // where nothing is shown, nothing can be scrolled
    if (focus) this.#focusStart();
  }

  /** Lead the focus to where a conversation begins. */
  #focusStart() {
    // On a phone the field would bring up the keyboard, which hides what is to be read first.
    (matchMedia(SMALL).matches ? this.#parts.title : this.#parts.field).focus();
  }

  /** Bring the conversation into sight, from under a question too: what that asks is another thing during an alarm. */
  #toFront() {
    this.#open(false);
    if (this.#parts.confirm.open) this.#parts.confirm.close("no");
  }

  /** Close the panel; an alarm goes from the screen only if the patient means it. */
  #close() {
    const close = () => this.#parts.chat.close(CLOSED_BY_BUTTON);
    if (this.#conversation.alarmed) this.#askFirst(texts.close_sure, close);
    else close();
  }

  #closed() {
    const { chat, launcher } = /** @type {Panel} */ (this.#parts);
    // Some browsers close it over an Escape or a swipe that they were told to leave alone.
    if (this.#conversation.alarmed && chat.returnValue !== CLOSED_BY_BUTTON) return this.#open(false);
    chat.returnValue = "";
    silence();
    this.#memory.set("open", false);
    launcher.setAttribute("aria-expanded", "false");
    launcher.focus();
  }

  /**
   * Escape closes the menu first, then the panel, but never while an alarm is shown.
   * @param {Event} event
   */
  #escape(event) {
    const { chat, close, menu, menuButton, confirm } = this.#parts;
    if (confirm.open) return;
    event.preventDefault();
    if (!menu.hidden) {
      this.#toggleMenu(false);
      menuButton.focus();
    } else if (close && chat.open && !this.#conversation.alarmed) chat.close();
  }

  /**
   * Close the menu once the focus has left it, so that it does not cover what has the focus.
   * @param {EventTarget | null} target
   */
  #focused(target) {
    const { menu, menuButton } = this.#parts;
    if (target !== menuButton && !menu.contains(/** @type {Node} */ (target))) this.#toggleMenu(false);
  }

  #toggleMenu(shown = this.#parts.menu.hidden) {
    this.#parts.menu.hidden = !shown;
    this.#parts.menu.scrollTop = 0; // what it begins with is seen again
    this.#parts.menuButton.setAttribute("aria-expanded", String(shown));
  }

  /** @param {number} steps */
  #resize(steps) {
    const now = this.#memory.get("size") ?? USUAL;
    const size = Math.min(Math.max(now + steps, 0), SIZES.length - 1);
    this.#memory.set("size", size);
    this.style.setProperty("--size", String(SIZES[size]));
    this.#fit();
    this.#conversation.transcript.lastInSight();
  }

  #showTimes() {
    const { chat, times } = this.#parts;
    const shown = chat.classList.toggle("timed");
    times.setAttribute("aria-pressed", String(shown));
    this.#memory.set("times", shown);
  }

  #count() {
    const { count, field } = this.#parts;
    const length = field.value.length;
    const before = count.textContent;
    count.textContent = length > known.limit ? `${length} ${texts.too_long}` : "";
    if (count.textContent && !before) this.#conversation.transcript.announce([{ text: count.textContent }]);
    this.#fit();
  }

  /** Make the field as high as its text; few browsers do so by themselves. */
  #fit() {
    const { style, offsetHeight, clientHeight } = this.#parts.field;
    style.height = "";
    style.height = `${this.#parts.field.scrollHeight + offsetHeight - clientHeight}px`;
  }

  /**
   * @param {string} question
   * @param {() => void} act
   */
  #askBeforeLeaving(question, act) {
    const whole = this.#conversation.alarmed ? `${texts.urgent_goes} ${question}` : question;
    this.#askFirst(whole, () => {
      this.#focusStart();
      this.#type("");
      act();
    });
  }

  /**
   * Ask whether the patient is sure, and only then act.
   * @param {string} question
   * @param {() => void} act
   */
  #askFirst(question, act) {
    const { confirm, question: shown, menu, menuButton } = this.#parts;
    const root = /** @type {ShadowRoot} */ (this.shadowRoot);
    const focused = /** @type {HTMLElement | null} */ (root.activeElement);
    const before = focused && !menu.contains(focused) ? focused : menuButton; // the menu closes meanwhile
    shown.textContent = question;
    confirm.returnValue = "no"; // what Escape leaves there
    const decide = () => (confirm.returnValue === "yes" ? act() : before.focus());
    confirm.addEventListener("close", decide, { once: true });
    confirm.showModal();
  }

  /**
   * Give the component its style, and the clinic's colours.
   * @param {ShadowRoot} root
   */
  #dress(root) {
    const { head, messages } = known.clinic.colours;
    this.style.setProperty("--head", head);
    this.style.setProperty("--messages", messages);
    try {
      const style = new CSSStyleSheet();
      style.replaceSync(known.style);
      root.adoptedStyleSheets = [style];
    } catch {
      root.append(h("link", { rel: "stylesheet", href: `${BASE}/chat/chat.css` })); // Safari before 16.4
    }
  }
}
