// Talks with the server: sessions, and messages that arrive once even when the connection is lost.

const WAITS = [0, 1000, 2000, 4000]; // milliseconds before each attempt
const PATIENCE = 12000; // milliseconds without a word from the server, which itself waits for at most ten seconds

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The session is no longer good. */
class Expired extends Error {}

export class Server {
  #base;
  #memory;

  /**
   * @param {string} base The channel's address.
   * @param {Memory} memory Where the session's token is kept.
   */
  constructor(base, memory) {
    this.#base = base;
    this.#memory = memory;
  }

  /** Whether there is a conversation. */
  get started() {
    return Boolean(this.#memory.get("token"));
  }

  /** Forget the conversation; the next message begins a new one. */
  leave() {
    this.#memory.set("token", null);
  }

  /**
   * Send a message.
   * @param {{id: string, text: string}} message The server answers one of the same id only once.
   * @param {Object} on What to do: `reply` with each reply as it comes, `slow` when an attempt has failed, `anew` when
   *   the earlier conversation had expired. `wanted` says whether to try again.
   * @throws The server could not be reached, or sent no reply.
   */
  async send(message, on) {
    let shown = 0;
    let problem;
    for (const wait of WAITS) {
      await pause(wait);
      if (!on.wanted()) return;
      try {
        if (!this.started) await this.#begin();
        let count = 0;
        for await (const line of this.#lines(message)) {
          if (line.done && count) return;
          if (line.reply && ++count > shown) {
            shown = count;
            on.reply(line.reply);
          }
        }
        throw new Error("the reply is empty or broke off");
      } catch (error) {
        problem = error;
        if (!on.wanted()) return;
        if (error instanceof Expired) {
          this.leave();
          on.anew();
        } else on.slow();
      }
    }
    throw problem;
  }

  /** Return the conversation's exchanges; null when it has expired. */
  async restore() {
    try {
      return (await (await this.#fetch("conversation")).json()).exchanges;
    } catch (error) {
      if (!(error instanceof Expired)) throw error;
      this.leave();
      return null;
    }
  }

  /** Delete the conversation on the server. */
  async delete() {
    try {
      if (this.started) await this.#fetch("conversation", { method: "DELETE" });
    } catch (error) {
      if (!(error instanceof Expired)) throw error;
    }
    this.leave();
  }

  async #begin() {
    const answer = await this.#fetch("session", { method: "POST" });
    this.#memory.set("token", (await answer.json()).token);
  }

  async *#lines(message) {
    const control = new AbortController();
    let timer = setTimeout(() => control.abort(), PATIENCE);
    try {
      const answer = await this.#fetch("message", { method: "POST", body: JSON.stringify(message), signal: control.signal });
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(() => control.abort(), PATIENCE);
        const lines = (rest + value).split("\n");
        rest = lines.pop();
        for (const line of lines) yield JSON.parse(line);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async #fetch(path, options = {}) {
    const token = this.#memory.get("token");
    const headers = { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
    const answer = await fetch(`${this.#base}/${path}`, { ...options, headers, credentials: "omit" });
    if (answer.status === 401) throw new Expired();
    // Replies come with 429 too, when the patient was too fast: they say so.
    const replies = answer.headers.get("Content-Type") === "application/x-ndjson";
    if (!answer.ok && !replies) throw new Error(`${path}: status ${answer.status}`);
    return answer;
  }
}
