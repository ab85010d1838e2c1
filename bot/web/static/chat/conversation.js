// The conversation with the server: messages out, replies and alarms in, and what to show when nothing gets through.

import known from "./settings.js";
import { button, choice, h } from "./dom.js";
import { callButtons } from "./frame.js";
import { Server } from "./server.js";
import { silence } from "./speech.js";
import { Transcript } from "./transcript.js";

/**
 * @import { Parts } from "./frame.js"
 * @import { Memory } from "./memory.js"
 * @import { Choice, Exchange, OpenCheck, Reply, Standing } from "./replies.d.ts"
 * @import { Message } from "./server.js"
 */

const SLOW = 2000; // milliseconds after which the wait is announced
const LOST = 4000; // milliseconds without a reply after which what must not wait is shown
const { texts } = known;

export class Conversation {
  #parts;
  #server;
  #toFront;
  #waiting = 0; // messages that are being answered
  /** @type {Message[]} */
  #unsent = []; // messages that did not get through
  /** @type {Set<string>} */
  #sent = new Set(); // ids of the messages of this page
  #number = 0; // of the conversation, for what comes late
  /** @type {Promise<void> | null} */
  #restoring = null; // done when what was said before the page was loaded is shown
  #restored = false;
  /** @type {Standing[]} */
  #standing = []; // the alarms that stand, by the server's last word
  /** @type {Standing[]} */
  #left = []; // those of conversations that were left or had expired: no word of the server's takes these away
  #heard = false; // whether the server has replied in this conversation since the page was loaded

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
    this.transcript = new Transcript(parts, base, (text, shown) => this.ask(text, shown));
    this.#restored = !this.#server.started;
  }

  /** Whether an alarm is shown. */
  get alarmed() {
    return this.#standing.length + this.#left.length > 0;
  }

  /**
   * Send a text, and show another.
   * @param {string} text
   * @param {string} shown
   */
  ask(text, shown) {
    silence();
    this.#parts.announcer.replaceChildren();
    this.transcript.patient(shown, new Date());
    return this.#send([...this.#unsent.splice(0), { id: unguessable(), text, shown }]);
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
    this.#unsent = [];
    this.#sent.clear();
    this.#number += 1;
    this.#restored = true;
    this.#restoring = null;
    this.transcript.clear();
    this.#parts.typing.hidden = true;
    this.#reached();
    this.#left = [];
    this.#showAlarms([]);
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
        this.#showAlarms(told(exchanges, "standing"));
        this.#showCheck(told(exchanges, "open_checks"));
      }
      this.transcript.earlier(() => earlier.forEach((one) => this.#replay(one)));
      this.#reached();
    } catch (error) {
      console.error("The conversation could not be restored:", error);
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
   * Send messages, one after the other; from the first on that does not get through, they wait to be sent again.
   * @param {Message[]} messages
   */
  async #send(messages) {
    const { typing } = this.#parts;
    const wanted = this.#wanted();
    const slow = setTimeout(() => this.transcript.announce([{ text: texts.waiting }]), SLOW);
    const lost = this.#whenLost(wanted);
    typing.textContent = texts.waiting;
    typing.hidden = false;
    this.transcript.inSight(typing);
    this.#waiting += 1;
    const left = [...messages];
    left.forEach(({ id }) => this.#sent.add(id));
    this.restore(); // if that has failed before; an alarm must not wait for it
    try {
      while (left.length && wanted()) {
        await this.#exchange(left[0], wanted, lost);
        left.shift();
      }
    } catch (error) {
      console.error("No reply:", error);
      this.#unsent.push(...left);
      this.#cannotReach(texts.not_sent, true);
      this.#toFront();
    }
    clearTimeout(slow);
    clearTimeout(lost);
    this.#waiting -= 1;
    typing.hidden = this.#waiting === 0;
  }

  /**
   * @param {Message} message
   * @param {() => boolean} wanted
   * @param {number} lost The timer of `#whenLost`.
   */
  #exchange(message, wanted, lost) {
    let first = true;
    return this.#server.send(message, {
      wanted,
      reply: (reply) => {
        // What was asked before the patient began anew is answered no more, but an alarm is never lost.
        if (!wanted() && !reply.alarm) return;
        clearTimeout(lost);
        this.#reached();
        this.transcript.reply(reply, new Date(), { news: true, first });
        first = false;
        if (wanted()) {
          this.#heard ||= Boolean(reply.standing);
          this.#showAlarms(reply.standing ?? this.#standing);
          if (reply.open_checks) this.#showCheck(reply.open_checks);
        } else this.#keepAlarms(reply.standing ?? []);
        if (reply.alarm) this.#toFront();
      },
      slow: () => (this.#parts.typing.textContent = texts.still_waiting),
      anew: () => this.#ended(),
    });
  }

  #ended() {
    this.#keepAlarms(this.#standing);
    this.#showAlarms([]);
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
   * Keep alarms that the server's word on the present conversation says nothing of.
   * @param {Standing[]} alarms
   */
  #keepAlarms(alarms) {
    this.#left.push(...alarms);
    this.#showAlarms(this.#standing);
  }

  /**
   * Show the gravest of the alarms that stand, and none when none does.
   * @param {Standing[]} standing
   */
  #showAlarms(standing) {
    const { alarm, chat, launcher } = this.#parts;
    this.#standing = standing;
    const [gravest] = [...standing, ...this.#left].sort((one, other) => gravity(other) - gravity(one));
    chat.setAttribute("closedby", gravest ? "none" : "closerequest");
    const shown = gravest ? [h("strong", {}, texts.urgent), callButtons(gravest.calls), h("p", {}, gravest.banner)] : [];
    // Filled only when it changes, because each filling is announced.
    if (alarm.dataset.shown !== (gravest?.answer ?? "")) alarm.replaceChildren(...shown);
    alarm.dataset.shown = gravest?.answer ?? "";
    if (!launcher) return;
    launcher.textContent = gravest ? texts.open_urgent : texts.open;
    launcher.classList.toggle("alarmed", this.alarmed);
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
      this.#parts.field.focus({ preventScroll: true }); // the button is gone
      this.ask(payload, title);
    };
    const buttons = h("div", { class: "choices" }, ...open.buttons.map((one) => choice(one.title, () => answer(one))));
    const signs = h("ul", {}, ...open.points.map((point) => h("li", {}, point)));
    check.replaceChildren(h("h2", { id: "checked" }, open.question), signs, buttons);
  }

  /**
   * Show that the server cannot be reached.
   * @param {string} word Shown beside an alarm, which tells what must not wait; else that is shown here.
   * @param {boolean} over Whether it is not tried any more, so that the patient may.
   */
  #cannotReach(word, over = false) {
    const { lost, retry, log } = this.#parts;
    const shown = this.alarmed ? word : known.unavailable;
    if (over && shown !== word) this.transcript.announce([{ text: word }]);
    // Filled only when it changes, because each filling is announced.
    if (lost.lastElementChild?.textContent !== shown) {
      lost.replaceChildren(...(this.alarmed ? [] : [callButtons(known.calls)]), h("p", {}, shown));
    }
    const press = () => {
      log.focus({ preventScroll: true });
      retry.replaceChildren();
      this.#send(this.#unsent.splice(0));
    };
    retry.replaceChildren(...(over ? [button(texts.retry, press)] : []));
  }

  #reached() {
    const { lost, retry } = this.#parts;
    if (this.#unsent.length) return;
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

/**
 * Return how grave an alarm is: the greater the number, the graver.
 * @param {Standing} alarm
 */
const gravity = ({ answer }) => -known.alarms.indexOf(answer);

/** Return an id that no other message has; crypto.randomUUID is only there on https pages. */
function unguessable() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
