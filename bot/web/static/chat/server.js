// Talks with the server: sessions, and messages that arrive once even when the connection is lost.

/**
 * @import { Memory } from "./memory.js"
 * @import { Exchange, Line, Reply } from "./replies.d.ts"
 */

/**
 * A message: the server answers one of the same id only once. `shown` is sent when the earlier conversation has expired,
 * which alone knew what a button's text stands for.
 * @typedef {{ id: string, text: string, shown: string }} Message
 */

/**
 * What to do: `slow` before another attempt, `expired` each time that a conversation is found to have expired, and `anew`
 * when it was the present one. `wanted` says whether to try again.
 * @typedef {{ wanted: () => boolean, slow: () => void, anew: () => void, expired?: () => void }} On
 */

/**
 * An answer with what it is waited for.
 * @typedef {Response & { inTime: <Value>(work: Promise<Value>) => Promise<Value> }} Answer
 */

const WAITS = [0, 1000, 2000, 4000]; // milliseconds before each attempt
const PATIENCE = 12000; // milliseconds without a word from the server, which itself waits for at most ten seconds

export const pause = (/** @type {number} */ milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Where the patient's day begins, as the walking diary needs it; not all browsers tell. */
const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The session is no longer good. */
class Expired extends Error {}

export class Server {
  #base;
  #memory;
  /** @type {Promise<{ token: string }> | null} */
  #beginning = null; // the session that is being started

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

  /** Leave the conversation: the next message begins a new one. Returns the token of the one that was left. */
  leave() {
    const token = this.#memory.get("token");
    this.#memory.set("token", null);
    this.#beginning = null;
    return token;
  }

  /**
   * Take a conversation up again that was left, unless there is a newer one; returns whether it was.
   * @param {string | null | undefined} token
   */
  resume(token) {
    if (!token || this.started || this.#beginning) return false;
    this.#memory.set("token", token);
    return true;
  }

  /**
   * Send a message.
   * @param {Message} message
   * @param {On & { reply: (reply: Reply) => void }} on `reply` gets each reply as it comes.
   * @param {number} shown How many replies to it have been shown before.
   * @throws The server could not be reached, or sent no reply.
   */
  async send(message, on, shown = 0) {
    let { text } = message;
    const expired = () => (text = message.shown);
    await this.#try({ expired, ...on }, async () => {
      const token = this.#memory.get("token") ?? (await this.#begin());
      if (!on.wanted()) return; // the patient began anew, or deleted the conversation, before this was sent
      let count = 0;
      for await (const line of this.#lines(token, { id: message.id, text, time_zone: zone() })) {
        // Another tab's diary is none of this conversation's.
        if (line.diary) this.#memory.diary = token;
        else if (line.diary === false && this.#memory.diary === token) this.#memory.diary = null;
        if (line.done && count) return;
        if (line.reply && ++count > shown) {
          shown = count;
          on.reply(line.reply);
        }
      }
      throw new Error("the reply is empty or broke off");
    });
  }

  /**
   * Return the conversation's exchanges; none when it has expired.
   * @param {On} on
   * @throws The server could not be reached.
   */
  async restore(on) {
    /** @type {Exchange[]} */
    let exchanges = [];
    await this.#try(on, async () => {
      if (!this.started) return;
      exchanges = (await this.#json(await this.#fetch(this.#memory.get("token"), "conversation"))).exchanges;
    });
    return exchanges;
  }

  /**
   * Delete a conversation that was left, by its token, and the walking diary on the server.
   * @param {string | null | undefined} token
   */
  async delete(token) {
    for (const one of new Set([token, this.#memory.diary])) {
      try {
        if (one) await this.#fetch(one, "conversation", { method: "DELETE" });
      } catch (error) {
        if (!(error instanceof Expired)) throw error;
      }
    }
    this.#memory.diary = null;
  }

  /**
   * Do some work, again after a while when it fails; the last error is thrown.
   * @param {On} on
   * @param {() => Promise<void>} work
   */
  async #try(on, work) {
    let problem;
    for (const wait of WAITS) {
      // A new conversation can begin at once, and a sign must not wait for it.
      const expired = problem instanceof Expired;
      if (problem && !expired) on.slow();
      if (!expired) await pause(wait);
      if (!on.wanted()) return;
      try {
        await work();
        return;
      } catch (error) {
        problem = error;
        if (error instanceof Expired && on.wanted()) this.#expire(error.message, on);
      }
    }
    if (on.wanted()) throw problem;
  }

  /**
   * @param {string} token
   * @param {On} on
   */
  #expire(token, on) {
    on.expired?.();
    // Another message may have found it out before, and begun a new conversation.
    if (token !== this.#memory.get("token")) return;
    this.leave();
    on.anew();
  }

  /** Start a session, one for all messages that wait for it. */
  async #begin() {
    const beginning = (this.#beginning ??= this.#fetch(null, "session", { method: "POST", body: JSON.stringify({ diary: this.#memory.diary }) }).then((one) => this.#json(one)));
    const present = () => this.#beginning === beginning; // else the patient has left that session
    try {
      const { token } = await beginning;
      if (present()) this.#memory.set("token", token);
      return token;
    } finally {
      if (present()) this.#beginning = null;
    }
  }

  /**
   * @param {string} token
   * @param {{ id: string, text: string, time_zone: string }} message
   * @returns {AsyncGenerator<Line>}
   */
  async *#lines(token, message) {
    const answer = await this.#fetch(token, "message", { method: "POST", body: JSON.stringify(message) });
    const body = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (answer.body);
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await answer.inTime(reader.read());
      if (done) return;
      const lines = (rest + value).split("\n");
      rest = /** @type {string} */ (lines.pop());
      for (const line of lines) yield JSON.parse(line);
    }
  }

  /** @param {Answer} answer */
  async #json(answer) {
    return answer.inTime(answer.json());
  }

  /**
   * Send a request; what it is waited for with, `inTime`, comes with the answer.
   * @param {string | null | undefined} token
   * @param {string} path
   * @param {RequestInit} options
   * @returns {Promise<Answer>}
   */
  async #fetch(token, path, options = {}) {
    const control = new AbortController();
    /**
     * @template Value
     * @param {Promise<Value>} work
     */
    const inTime = async (work) => {
      const timer = setTimeout(() => control.abort(), PATIENCE);
      try {
        return await work;
      } finally {
        clearTimeout(timer);
      }
    };
    const headers = { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
    /** @type {RequestInit} */
    const request = { ...options, headers, credentials: "omit", signal: control.signal };
    const answer = await inTime(fetch(`${this.#base}/${path}`, request));
    if (answer.status === 401) throw new Expired(String(token));
    // Replies come with 429 too, when the patient was too fast: they say so.
    const replies = answer.headers.get("Content-Type") === "application/x-ndjson";
    if (!answer.ok && !replies) throw new Error(`${path}: status ${answer.status}`);
    return Object.assign(answer, { inTime });
  }
}
