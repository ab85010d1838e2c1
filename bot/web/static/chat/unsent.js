// The messages that the server has not answered yet: kept over a reload, and marked when they did not get through.

import known from "./settings.js";
import { h } from "./dom.js";

/**
 * @import { Memory } from "./memory.js"
 * @import { Message } from "./server.js"
 */

export class Unsent {
  #memory;
  /** @type {Map<string, HTMLElement>} */
  #bubbles = new Map(); // on the screen, by id
  /** @type {Set<string>} */
  #marked = new Set(); // ids of those that did not get through
  /** @type {Set<string>} */
  #sending = new Set(); // ids of those that are on their way
  /** @type {Map<string, number>} */
  #replies = new Map(); // how many have been shown, by id: the connection may break off between them

  /** @param {Memory} memory Where they are kept. */
  constructor(memory) {
    this.#memory = memory;
  }

  /** All of them, the oldest first. */
  get all() {
    return this.#memory.get("unsent") ?? [];
  }

  /** Whether one is marked. */
  get stuck() {
    return this.#marked.size > 0;
  }

  /** Where the newest stands on the screen. */
  get newest() {
    return [...this.#bubbles.values()].at(-1);
  }

  /**
   * Keep a message until it is answered.
   * @param {Message} message
   * @param {HTMLElement} bubble Where it stands on the screen.
   */
  keep(message, bubble) {
    this.#bubbles.set(message.id, bubble);
    this.#set([...this.all.filter(({ id }) => id !== message.id), message]);
  }

  /** Take those that are not on their way yet, to send them. */
  take() {
    const taken = this.all.filter(({ id }) => !this.#sending.has(id));
    taken.forEach(({ id }) => this.#sending.add(id));
    return taken;
  }

  /**
   * Say at a message that it did not get through.
   * @param {string} id
   */
  mark(id) {
    this.#sending.delete(id);
    if (this.#marked.has(id)) return;
    this.#marked.add(id);
    this.#bubbles.get(id)?.append(h("p", { class: "unsent" }, known.texts.unsent));
  }

  /**
   * Return how many replies to a message have been shown.
   * @param {string} id
   */
  replies(id) {
    return this.#replies.get(id) ?? 0;
  }

  /**
   * Note that another reply is shown: the message did get through.
   * @param {string} id
   */
  replied(id) {
    this.#replies.set(id, this.replies(id) + 1);
    this.#unmark(id);
  }

  /**
   * Forget a message, which has been answered.
   * @param {string} id
   */
  forget(id) {
    this.#unmark(id);
    this.#sending.delete(id);
    this.#bubbles.delete(id);
    this.#replies.delete(id);
    this.#set(this.all.filter((one) => one.id !== id));
  }

  /** Forget all of them. */
  clear() {
    this.all.forEach(({ id }) => this.forget(id));
  }

  /** @param {string} id */
  #unmark(id) {
    this.#marked.delete(id);
    this.#bubbles.get(id)?.querySelector(".unsent")?.remove();
  }

  /** @param {Message[]} messages */
  #set(messages) {
    this.#memory.set("unsent", messages.length ? messages : undefined);
  }
}
