// What the browser keeps while the page is open: the session's token and how the chat looks; of what was said only what
// the server does not have, so that a reload does not lose it.

/** @import { Message } from "./server.js" */

/**
 * `unsent` are the messages that are not answered yet, `draft` is what stands in the field.
 * @typedef {{ token?: string | null, size?: number, times?: boolean, open?: boolean, unsent?: Message[], draft?: string }} Kept
 */

export class Memory {
  #key;
  /** @type {Kept} */
  #kept = {};

  /** @param {string} key Its name in the browser's session storage. */
  constructor(key) {
    this.#key = key;
    try {
      this.#kept = JSON.parse(/** @type {string} */ (sessionStorage.getItem(key))) ?? {};
    } catch {
      // Storage may be turned off: then it is kept until the page is left.
    }
  }

  /** The token of the conversation whose walking diary a new one goes on with: it outlives the tab. */
  get diary() {
    try {
      return localStorage.getItem(this.#key);
    } catch {
      return null;
    }
  }

  set diary(token) {
    try {
      if (token) localStorage.setItem(this.#key, token);
      else localStorage.removeItem(this.#key);
    } catch {
      // As above: then the diary lasts as long as the tab.
    }
  }

  /**
   * @template {keyof Kept} Name
   * @param {Name} name
   */
  get(name) {
    return this.#kept[name];
  }

  /**
   * @template {keyof Kept} Name
   * @param {Name} name
   * @param {Kept[Name]} value
   */
  set(name, value) {
    this.#kept[name] = value;
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(this.#kept));
    } catch {
      // As above.
    }
  }
}
