// The alarms that stand: the gravest of them stays on the screen.

import known from "./settings.js";
import { h } from "./dom.js";
import { callButtons } from "./frame.js";

/**
 * @import { Parts } from "./frame.js"
 * @import { Standing } from "./replies.d.ts"
 */

const { texts } = known;

export class Alarms {
  #parts;
  /** @type {Standing[]} */
  #standing = []; // by the server's last word
  /** @type {Standing[]} */
  #left = []; // those of conversations that were left or had expired: no word of the server's takes these away

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Whether one is shown. */
  get any() {
    return this.#standing.length + this.#left.length > 0;
  }

  /**
   * Show the gravest of those that stand by the server's word, and none when none does.
   * @param {Standing[]} standing
   */
  show(standing) {
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
    launcher.classList.toggle("alarmed", this.any);
  }

  /**
   * Show some besides those that stand.
   * @param {Standing[]} alarms
   */
  add(alarms) {
    this.show([...alarms, ...this.#standing]);
  }

  /**
   * Keep some that the server's word on the present conversation says nothing of.
   * @param {Standing[]} alarms
   */
  keep(alarms) {
    this.#left.push(...alarms);
    this.show(this.#standing);
  }

  /** Keep those that stand, because their conversation has ended. */
  keepAll() {
    this.#left.push(...this.#standing);
    this.show([]);
  }

  /** Begin anew. */
  clear() {
    this.#left = [];
    this.show([]);
  }
}

/**
 * Return how grave an alarm is: the greater the number, the graver.
 * @param {Standing} alarm
 */
const gravity = ({ answer }) => -known.alarms.indexOf(answer);
