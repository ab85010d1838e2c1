// The conversation with the server: messages out, replies and alarms in, and what to show when nothing gets through.

import known from "./settings.js";
import { Alarms } from "./alarms.js";
import { button, choice, h } from "./dom.js";
import { callButtons } from "./frame.js";
import { pause, Server } from "./server.js";
import { silence } from "./speech.js";
import { Transcript } from "./transcript.js";
import { Unsent } from "./unsent.js";
import { keyboardCovers } from "./viewport.js";

/**
 * @import { Parts } from "./frame.js"
 * @import { Memory } from "./memory.js"
 * @import { Choice, Exchange, OpenCheck, Reply } from "./replies.d.ts"
 * @import { Message } from "./server.js"
 */

const SLOW = 2000; // milliseconds after which the wait is announced
const LOST = 4000; // milliseconds without a reply after which what must not wait is shown
const HEAD_START = 1000; // milliseconds that a message has before the next one is sent
const AGAIN = 15000; // milliseconds after which what did not get through is sent again
const { texts } = known;

export class Conversation {
  #parts;
  #server;
  #toFront;
  #waiting = 0; // messages that are being answered
  #unsent;
  #again = 0; // the timer after which what did not get through is sent again
  /** @type {Set<string>} */
  #sent = new Set(); // ids of the messages of this page
  #number = 0; // of the conversation, for what comes late
  /** @type {Promise<void> | null} */
  #restoring = null; // done when what was said before the page was loaded is shown
  #restored = false;
  #alarms;
  #heard = false; // whether the server has replied in this conversation since the page was loaded
  #newest = 0; // the place of the newest message that was replied to

  /**
   * @param {Parts} parts
   * @param {string} base The server's address.
   * @param {Memory} memory Where the session's token is kept.
   * @param {() => void} toFront Brings the chat into sight: for every new alarm, and for a message that was not sent.
   */
  constructor(parts, base, memory, toFront) {
    this.#parts = parts;
    this.#server = new Server(`${base}/webhooks/web`, memory);
    this.#toFront = toFront;
    this.#unsent = new Unsent(memory);
    this.#alarms = new Alarms(parts);
    this.transcript = new Transcript(parts, base, (text, shown) => this.ask(text, shown));
    this.#restored = !this.#server.started;
  }

  /** Whether an alarm is shown. */
  get alarmed() {
    return this.#alarms.any;
  }

  /**
   * Send a text, and show another.
   * @param {string} text
   * @param {string} shown
   */
  ask(text, shown) {
    silence();
    this.#parts.announcer.replaceChildren();
    this.#show({ id: unguessable(), text, shown });
    return this.#send();
  }

  /** Show what was said before the page was loaded, and send what did not get through then. */
  start() {
    const { all } = this.#unsent;
    for (const message of all) {
      this.#show(message);
      this.#unsent.mark(message.id);
    }
    return all.length ? this.#send() : this.restore();
  }

  /** Send what did not get through, without a word, if somebody sees it. */
  again() {
    if (!document.hidden) this.#deliver();
  }

  /** Show what was said before the page was loaded, if anything was. */
  restore() {
    if (!this.#restored) this.#restoring ??= this.#restore().finally(() => (this.#restoring = null));
    return this.#restoring;
  }

  /** Delete the conversation here and on the server, and say whether that was done; else it is shown again. */
  async delete() {
    // What is written from now on, a sign perhaps, is none of it.
    const left = this.clear();
    try {
      await this.#server.delete(left);
      this.transcript.note(texts.deleted);
    } catch (error) {
      console.error("The conversation could not be deleted:", error);
      this.transcript.note(texts.not_deleted);
      this.#restored = !this.#server.resume(left);
      this.restore();
    }
  }

  /** Begin anew; returns the token of the conversation that was left. */
  clear() {
    silence();
    const left = this.#server.leave();
    this.#unsent.clear();
    this.#sent.clear();
    this.#newest = 0;
    this.#number += 1;
    this.#restored = true;
    this.#restoring = null;
    this.transcript.clear();
    this.#parts.typing.hidden = true;
    this.#reached();
    this.#alarms.clear();
    this.#showCheck([]);
    this.#heard = false;
    return left;
  }

  async #restore() {
    const wanted = this.#wanted();
    const lost = this.#whenLost(wanted);
    try {
      const exchanges = await this.#server.restore({ wanted, slow: () => {}, anew: () => this.#ended() });
      if (!wanted()) return;
      this.#restored = true;
      const earlier = exchanges.filter(({ id }) => !this.#sent.has(id));
      if (!this.#heard) {
        this.#alarms.show(told(exchanges, "standing"));
        this.#showCheck(told(exchanges, "open_checks"));
      }
      this.transcript.earlier(() => earlier.forEach((one) => this.#replay(one)));
      this.#reached();
    } catch (error) {
      console.error("The conversation could not be restored:", error);
      const told = this.alarmed || this.#parts.retry.hasChildNodes();
      if (!told) this.transcript.announce([{ text: texts.not_restored }]);
      this.#cannotReach(texts.not_restored, true);
    } finally {
      clearTimeout(lost);
    }
  }

  /** @param {Exchange} exchange */
  #replay({ said, at, replies }) {
    this.transcript.patient(said, new Date(at));
    for (const reply of replies) this.transcript.reply(reply, new Date(at), { news: false, first: true });
  }

  /**
   * Show a message that is to be sent.
   * @param {Message} message
   */
  #show(message) {
    this.#sent.add(message.id);
    this.#unsent.keep(message, this.transcript.patient(message.shown, new Date()));
  }

  /** Send what waits, and show that and whether it got through. */
  async #send() {
    const { typing } = this.#parts;
    const slow = setTimeout(() => this.transcript.announce([{ text: texts.waiting }]), SLOW);
    const lost = this.#whenLost(this.#wanted());
    typing.textContent = texts.waiting;
    typing.hidden = false;
    this.transcript.inSight(typing);
    this.#waiting += 1;
    if (!(await this.#deliver(lost))) {
      if (!this.alarmed) this.transcript.announce([{ text: texts.not_sent }]);
      this.#toFront();
      const { newest } = this.#unsent;
      if (newest) this.transcript.inSight(newest);
    }
    clearTimeout(slow);
    clearTimeout(lost);
    this.#waiting -= 1;
    typing.hidden = this.#waiting === 0;
  }

  /**
   * Send what waits, and return whether all of it got through; what did not is marked, and sent again later.
   * @param {number} [lost] The timer of `#whenLost`.
   */
  async #deliver(lost) {
    const wanted = this.#wanted();
    const sending = [];
    this.restore(); // if that has failed before; an alarm must not wait for it
    // In order, but the next one waits only a moment: each may tell of a sign, which only the server knows, and one that
    // hangs, or at which the server fails, must not hold the others up.
    for (const message of this.#unsent.take()) {
      const one = this.#exchange(message, wanted, lost);
      sending.push(one);
      await Promise.race([one, pause(HEAD_START)]);
    }
    const through = (await Promise.all(sending)).every(Boolean);
    if (!through) this.#cannotReach(texts.not_sent, true);
    return through;
  }

  /**
   * Send a message, show what is replied, and return whether it got through.
   * @param {Message} message
   * @param {() => boolean} wanted
   * @param {number} [lost] The timer of `#whenLost`.
   */
  async #exchange(message, wanted, lost) {
    const { id } = message;
    const place = [...this.#sent].indexOf(id);
    /** @param {Reply} reply */
    const replied = (reply) => {
      // What was asked before the patient began anew is answered no more, but an alarm is never lost.
      if (!wanted() && !reply.alarm) return;
      clearTimeout(lost);
      const first = !this.#unsent.replies(id);
      this.#unsent.replied(id);
      this.#reached();
      this.transcript.reply(reply, new Date(), { news: true, first });
      if (wanted()) {
        this.#heard ||= Boolean(reply.standing);
        // What was said to an older message, and comes only now, takes no alarm away.
        const late = place < this.#newest;
        this.#newest = Math.max(place, this.#newest);
        if (late || !reply.standing) this.#alarms.add(reply.standing ?? []);
        else this.#alarms.show(reply.standing);
        if (reply.open_checks && !late) this.#showCheck(reply.open_checks);
      } else this.#alarms.keep(reply.standing ?? []);
      if (reply.alarm) this.#toFront();
    };
    const slow = () => (this.#parts.typing.textContent = texts.still_waiting);
    try {
      await this.#server.send(message, { wanted, reply: replied, slow, anew: () => this.#ended() }, this.#unsent.replies(id));
      this.#unsent.forget(id);
      return true;
    } catch (error) {
      console.error("No reply:", error);
      this.#unsent.mark(id);
      return false;
    }
  }

  #ended() {
    this.#alarms.keepAll();
    this.#showCheck([]);
    this.transcript.note(texts.conversation_new);
  }

  /**
   * Show what must not wait if nothing comes for too long; returns the timer.
   * @param {() => boolean} wanted
   */
  #whenLost(wanted) {
    return setTimeout(() => wanted() && this.#cannotReach(texts.still_waiting), LOST);
  }

  /** Return what says whether the present conversation is still the present one. */
  #wanted() {
    const number = this.#number;
    return () => number === this.#number;
  }

  /**
   * Show the check that is open above the field, until it is answered, and nothing when none is.
   * @param {OpenCheck[]} checks
   */
  #showCheck([open]) {
    const { check } = this.#parts;
    check.hidden = !open;
    if (!open) return check.replaceChildren();
    const answer = (/** @type {Choice} */ { payload, title }) => {
      this.#showCheck([]); // shown again if the server says that it is still open
      const { log, field } = this.#parts;
      (keyboardCovers() ? log : field).focus({ preventScroll: true }); // the button is gone
      this.ask(payload, title);
    };
    const buttons = h("div", { class: "choices" }, ...open.buttons.map((one) => choice(one.title, () => answer(one))));
    const signs = h("ul", {}, ...open.points.map((point) => h("li", {}, point)));
    check.replaceChildren(h("h2", { id: "checked" }, open.question), signs, buttons);
  }

  /**
   * Show that the server cannot be reached.
   * @param {string} word Shown beside an alarm, which tells what must not wait; else that is shown here.
   * @param {boolean} over Whether it is not tried any more for a while, so that the patient may.
   */
  #cannotReach(word, over = false) {
    const { lost, retry, log } = this.#parts;
    const shown = this.alarmed ? word : known.unavailable;
    // Filled only when it changes, because each filling is announced.
    if (lost.lastElementChild?.textContent !== shown) {
      lost.replaceChildren(...(this.alarmed ? [] : [callButtons(known.calls)]), h("p", {}, shown));
    }
    if (!over) return;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.again(), AGAIN);
    if (retry.hasChildNodes()) return;
    const press = () => {
      log.focus({ preventScroll: true });
      retry.replaceChildren();
      this.#send();
    };
    retry.append(button(texts.retry, press));
  }

  #reached() {
    const { lost, retry, log } = this.#parts;
    if (this.#unsent.stuck) return;
    if (retry.matches(":focus-within")) log.focus({ preventScroll: true }); // the button goes
    const missing = !this.#restored && retry.hasChildNodes();
    lost.replaceChildren(...(missing ? [h("p", {}, texts.not_restored)] : []));
    if (!missing) retry.replaceChildren();
  }
}

/**
 * Return what the server said last in exchanges of the alarms that stand, or of the check that is open.
 * @template {"standing" | "open_checks"} What
 * @param {Exchange[]} exchanges
 * @param {What} what
 * @returns {NonNullable<Reply[What]>}
 */
const told = (exchanges, what) => exchanges.flatMap(({ replies }) => replies).findLast((reply) => reply[what])?.[what] ?? [];

/** Return an id that no other message has; crypto.randomUUID is only there on https pages. */
function unguessable() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
