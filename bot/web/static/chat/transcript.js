// The transcript: what was said so far, each reply announced once, and the buttons under the last one.

import known from "./settings.js";
import { h } from "./dom.js";
import { botSaid, choices, lines, patientSaid } from "./messages.js";

/**
 * @import { Parts } from "./frame.js"
 * @import { Choice, Reply } from "./replies.d.ts"
 */

/** @typedef {{ text: string, language?: string }} Said A line, and its language unless that is English. */

/** @typedef {HTMLElement & { replies?: Element[] }} Offered Buttons; `replies` are those that only reply to a question. */

const { texts } = known;
const GAP = 6; // pixels above what is brought into sight
const QUESTION_MOST = 3; // a question that takes more than one of so many parts of the room is left above it

export class Transcript {
  /**
   * What was said, a text each, to be saved.
   * @type {string[]}
   */
  saved = [];
  #parts;
  #base;
  #ask;
  /** @type {Offered | null} */
  #latest = null; // the buttons that the server has just offered
  /** @type {{ element: HTMLElement, said: Said[] } | null} */
  #lastReply = null; // its element and its lines
  /** @type {{ element: HTMLElement, text: string } | null} */
  #lastQuestion = null; // the patient's last message

  /**
   * @param {Parts} parts
   * @param {string} base The server's address.
   * @param {(text: string, shown: string) => void} ask Sends a text, and shows another.
   */
  constructor(parts, base, ask) {
    this.#parts = parts;
    this.#base = base;
    this.#ask = ask;
  }

  /**
   * Show a patient's message, and return its element.
   * @param {string} text
   * @param {Date} at
   */
  patient(text, at) {
    this.#spend();
    const element = patientSaid(text, at);
    this.#show(element, `${texts.you} ${text}`);
    this.#lastQuestion = { element, text };
    return element;
  }

  /**
   * Show a reply, announce it if it is `news`, and bring it into sight if it is the `first` to a message, or an alarm.
   * @param {Reply} reply
   * @param {Date} at
   * @param {{ news: boolean, first: boolean }} how
   */
  reply(reply, at, { news, first }) {
    const element = botSaid(reply, at, this.#base, this.#lastQuestion?.text ?? "");
    /** @type {Said[]} */
    const said = lines(reply);
    this.#show(element, [texts.bot, ...said.map(({ text }) => text)].join("\n"));
    if (reply.buttons.length) {
      this.#offer(reply.buttons);
      said.push({ text: `${texts.choices} ${reply.buttons.map(({ title }) => title).join(", ")}` });
    }
    this.#lastReply = { element, said };
    if (news) this.announce(said);
    // Once all that comes with it is there, such as the alarm above the field, which takes room from the transcript.
    if (first || reply.alarm) queueMicrotask(() => this.lastInSight());
  }

  /**
   * Show what was said before everything else that is here.
   * @param {() => void} show Shows it as if it were said now.
   */
  earlier(show) {
    const { log, intro, typing } = this.#parts;
    const [latest, lastReply, lastQuestion, saved] = [this.#latest, this.#lastReply, this.#lastQuestion, this.saved];
    this.#latest = null;
    const here = [...log.children].filter((one) => one !== intro && one !== typing);
    here.forEach((one) => one.remove());
    this.saved = [];
    show();
    if (here.length) {
      this.#spend();
      this.#latest = latest;
    }
    this.#lastReply = lastReply ?? this.#lastReply;
    this.#lastQuestion = lastQuestion ?? this.#lastQuestion;
    this.saved.push(...saved);
    typing.before(...here);
    this.lastInSight();
  }

  /**
   * Show a word about the conversation itself.
   * @param {string} text
   */
  note(text) {
    const note = h("p", { class: "note" }, text);
    this.#parts.typing.before(note);
    this.inSight(note);
    this.announce([{ text }]);
  }

  /**
   * Say lines to screen readers, after what they are saying.
   * @param {Said[]} said
   */
  announce(said) {
    this.#parts.announcer.append(h("div", {}, ...said.map(({ text, language }) => h("p", { lang: language }, text))));
  }

  /** Announce the last reply again, and bring it into sight. */
  repeat() {
    this.#parts.announcer.replaceChildren();
    if (this.#lastReply) this.announce(this.#lastReply.said);
    this.lastInSight();
  }

  /** Bring the beginning of the last reply into sight, below the question that it answers unless that takes the room. */
  lastInSight() {
    if (!this.#lastReply) return;
    const { element } = this.#lastReply;
    const question = this.#lastQuestion?.element;
    const small = question && question.offsetHeight * QUESTION_MOST <= this.#parts.log.clientHeight;
    this.inSight(small && element.previousElementSibling === question ? question : element);
  }

  /**
   * Bring the beginning of something into sight, without moving anything but the transcript.
   * @param {Element} element
   */
  inSight(element) {
    const { log } = this.#parts;
    log.scrollTop += element.getBoundingClientRect().top - log.getBoundingClientRect().top - log.clientTop - GAP;
  }

  /** Begin anew. */
  clear() {
    const { log, intro, typing, announcer } = this.#parts;
    log.replaceChildren(intro, typing);
    announcer.replaceChildren();
    this.saved = [];
    this.#latest = this.#lastReply = this.#lastQuestion = null;
  }

  /**
   * @param {Element} element
   * @param {string} text
   */
  #show(element, text) {
    this.#parts.typing.before(element);
    this.saved.push(text);
  }

  /** @param {Choice[]} buttons */
  #offer(buttons) {
    /** @type {Offered} */
    const offered = choices(buttons, ({ payload, title }) => {
      // The bot takes a payload only while it has just been offered; an older button asks its question in words.
      this.#ask(offered === this.#latest ? payload : title, title);
      const { log } = this.#parts;
      if (!/** @type {ShadowRoot} */ (log.getRootNode()).activeElement) log.focus({ preventScroll: true }); // the button is gone
    });
    offered.replies = [...offered.children].filter((_, place) => buttons[place].payload === buttons[place].title);
    this.#latest = offered;
    this.#parts.typing.before(offered);
  }

  /** Take away those of the last buttons that only replied to a question, which is over now. */
  #spend() {
    this.#latest?.replies?.forEach((one) => one.remove());
    if (!this.#latest?.hasChildNodes()) this.#latest?.remove();
    this.#latest = null;
  }
}
