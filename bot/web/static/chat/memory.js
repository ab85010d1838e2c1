// What the browser keeps while the page is open: the session's token and how the chat looks, nothing that was said.

export class Memory {
  #key;
  #kept = {};

  /** @param {string} key Its name in the browser's session storage. */
  constructor(key) {
    this.#key = key;
    try {
      this.#kept = JSON.parse(sessionStorage.getItem(key)) ?? {};
    } catch {
      // Storage may be turned off: then it is kept until the page is left.
    }
  }

  get(name) {
    return this.#kept[name];
  }

  set(name, value) {
    this.#kept[name] = value;
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(this.#kept));
    } catch {
      // As above.
    }
  }
}
