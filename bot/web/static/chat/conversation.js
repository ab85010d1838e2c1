// The conversation with the server: messages out, replies and alarms in, and what to show when nothing gets through.

import known from "./settings.js";
import { button, h } from "./dom.js";
import { callButtons } from "./frame.js";
import { Server } from "./server.js";
import { silence } from "./speech.js";
import { Transcript } from "./transcript.js";

const SLOW = 2000; // milliseconds after which the wait is announced
const LOST = 3000; // milliseconds after which a failed attempt means that the server cannot be reached
const { texts } = known;

export class Conversation {
  /** Whether an alarm is shown. */
  alarmed = false;
  #parts;
  #server;
  #waiting = 0; // messages that are being answered
  #unsent = []; // messages that did not get through
  #number = 0; // of the conversation, for what comes late

  /**
   * @param {Object} parts The frame's parts.
   * @param {string} base The server's address.
   * @param {Memory} memory Where the session's token is kept.
   */
  constructor(parts, base, memory) {
    this.#parts = parts;
    this.#server = new Server(`${base}/webhooks/web`, memory);
    this.transcript = new Transcript(parts, base, (text, shown) => this.ask(text, shown));
  }

  /** Send a text, and show another. */
  ask(text, shown) {
    silence();
    this.#parts.announcer.replaceChildren();
    this.transcript.patient(shown, new Date());
    return this.#send([...this.#unsent.splice(0), { id: unguessable(), text }]);
  }

  /** Show what was said before the page was loaded, if anything was. */
  async restore() {
    if (!this.#server.started) return;
    try {
      const exchanges = await this.#server.restore();
      this.transcript.clear();
      if (!exchanges) this.transcript.note(texts.conversation_new);
      for (const { said, at, replies } of exchanges ?? []) {
        this.transcript.patient(said, new Date(at));
        for (const reply of replies) this.#reply(reply, new Date(at), { news: false, first: true });
      }
    } catch (error) {
      console.error("The conversation could not be restored:", error);
      this.#cannotReach(() => this.restore());
    }
  }

  /** Delete the conversation here and on the server, and say whether that was done. */
  async delete() {
    try {
      await this.#server.delete();
      this.clear();
      this.transcript.note(texts.deleted);
    } catch (error) {
      console.error("The conversation could not be deleted:", error);
      this.transcript.note(texts.not_deleted);
    }
  }

  /** Begin anew. */
  clear() {
    silence();
    this.#server.leave();
    this.#unsent = [];
    this.#number += 1;
    this.transcript.clear();
    this.#parts.typing.hidden = true;
    this.#parts.unreachable.replaceChildren();
    this.#alarm({});
  }

  /** Send messages, one after the other; from the first on that does not get through, they wait to be sent again. */
  async #send(messages) {
    const { typing, unreachable } = this.#parts;
    const announceWait = setTimeout(() => this.transcript.announce(texts.waiting), SLOW);
    typing.textContent = texts.waiting;
    typing.hidden = false;
    this.transcript.inSight(typing);
    this.#waiting += 1;
    let sent = 0;
    try {
      for (const message of messages) {
        await this.#exchange(message);
        sent += 1;
        unreachable.replaceChildren();
      }
    } catch (error) {
      console.error("No reply:", error);
      this.#unsent.push(...messages.slice(sent));
      this.#cannotReach(() => this.#send(this.#unsent.splice(0)));
    }
    clearTimeout(announceWait);
    this.#waiting -= 1;
    typing.hidden = this.#waiting === 0;
  }

  #exchange(message) {
    const began = Date.now();
    const number = this.#number;
    const wanted = () => number === this.#number;
    let first = true;
    return this.#server.send(message, {
      wanted,
      reply: (reply) => {
        // What was asked before the patient began anew is answered no more, but an alarm is never lost.
        if (!wanted() && !reply.banner) return;
        this.#reply(reply, new Date(), { news: true, first });
        first = false;
      },
      slow: () => {
        this.#parts.typing.textContent = texts.still_waiting;
        // It goes on trying, but what must not wait is shown now.
        if (Date.now() - began > LOST) this.#cannotReach();
      },
      anew: () => this.transcript.note(texts.conversation_new),
    });
  }

  #reply(reply, at, how) {
    this.transcript.reply(reply, at, how);
    if (reply.urgent) this.#alarm(reply);
  }

  /** Show an alarm until it is taken back, which an urgent reply without a banner does. */
  #alarm({ banner, calls }) {
    const { alarm, chat, launcher } = this.#parts;
    this.alarmed = Boolean(banner);
    chat.setAttribute("closedby", banner ? "none" : "closerequest");
    alarm.replaceChildren(...(banner ? [h("strong", {}, texts.urgent), callButtons(calls), h("p", {}, banner)] : []));
    if (!launcher) return;
    launcher.textContent = banner ? texts.open_urgent : texts.open;
    launcher.classList.toggle("alarmed", this.alarmed);
  }

  /** Show what must not wait, and a button to try `again` once nothing is tried any more. */
  #cannotReach(again) {
    const { unreachable, log } = this.#parts;
    // An alarm says it already, and needs the room.
    const shown = this.alarmed ? [h("p", {}, texts.not_sent)] : [callButtons(known.calls), h("p", {}, known.unavailable)];
    const retry = () => {
      unreachable.replaceChildren();
      log.focus({ preventScroll: true });
      again();
    };
    unreachable.replaceChildren(...(again ? [button(texts.retry, retry)] : []), ...shown);
  }
}

/** Return an id that no other message has; crypto.randomUUID is only there on https pages. */
function unguessable() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
