// What the browser keeps while the page is open: the session's token and how the chat looks, nothing that was said.

/** @typedef {{ token?: string | null, size?: number, times?: boolean, open?: boolean }} Kept */

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
