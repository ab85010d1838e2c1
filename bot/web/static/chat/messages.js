// What was said, as elements and as lines of text.

import known from "./settings.js";
import { button, choice, h, newWindow, unseen } from "./dom.js";
import { canSpeak, silence, speak } from "./speech.js";

/** @import { Choice, CitedSource, Link, Reply } from "./replies.d.ts" */

const { texts } = known;
const ENGLISH = "en";

/**
 * Make the element of a patient's message.
 * @param {string} text
 * @param {Date} at When it was said.
 */
export function patientSaid(text, at) {
  return h("div", { class: "said patient" }, h("p", { dir: "auto" }, unseen(`${texts.you} `), text), time(at));
}

/**
 * Make the element of a reply.
 * @param {Reply} reply
 * @param {Date} at When it was said.
 * @param {string} base The server's address, which links may be relative to.
 */
export function botSaid(reply, at, base) {
  const { blocks, sources, links, reminder, language } = reply;
  const content = blocks.map(({ text, points }, place) =>
    points ? h("ul", {}, ...points.map((point) => h("li", {}, point))) : h("p", { lang: place === 0 && language, dir: "auto" }, text),
  );
  return h(
    "div",
    { class: reply.alarm ? "said bot urgent" : "said bot" },
    unseen(texts.bot),
    ...content,
    reminder && h("p", { class: "reminder" }, reminder),
    ...links.map((link) => paper(link, base)),
    sources.length ? cited(sources) : null,
    canSpeak ? reader(lines(reply)) : null,
    time(at),
  );
}

/**
 * Make the buttons under a reply.
 * @param {Choice[]} buttons
 * @param {(one: Choice) => void} choose
 */
export function choices(buttons, choose) {
  return h(
    "div",
    { class: "choices", role: "group", "aria-label": texts.choices },
    ...buttons.map((one) => choice(one.title, () => choose(one))),
  );
}

/**
 * Return a reply as lines, each with its language, to be announced, read aloud, and saved.
 * @param {Reply} reply
 */
export function lines({ blocks, sources, links, reminder, language }) {
  const said = blocks.flatMap(({ text, points }) => points ?? [text]);
  if (reminder) said.push(reminder);
  said.push(...links.map(({ title }) => title));
  if (sources.length) said.push(`${sourceLine(sources)}.`);
  return said.map((text, place) => ({ text, language: (place === 0 && language) || ENGLISH }));
}

/**
 * @param {Link} link
 * @param {string} base
 */
function paper({ title, url }, base) {
  const address = url.startsWith("/") ? `${base}${url}` : url;
  return h("p", {}, /^https?:\/\//.test(address) ? newWindow(address, title) : title);
}

/** @param {CitedSource[]} sources */
function cited(sources) {
  return h(
    "details",
    {},
    h("summary", {}, sourceLine(sources)),
    h("ul", {}, ...sources.map(({ name, title, sections }) => h("li", {}, `${name}: “${title}” (${sections.join("; ")})`))),
  );
}

/** @param {CitedSource[]} sources */
function sourceLine(sources) {
  return `${texts.sources} ${sources.map(({ name }) => name).join(", ")}`;
}

/** @param {{ text: string, language: string }[]} said */
function reader(said) {
  let reading = false;
  const start = () => {
    speak(said, () => show(false));
    show(true);
  };
  const toggle = button(texts.read_aloud, () => (reading ? silence() : start()), { class: "aloud" });
  const show = (/** @type {boolean} */ now) => {
    reading = now;
    toggle.textContent = reading ? texts.stop_reading : texts.read_aloud;
  };
  return toggle;
}

/** @param {Date} at */
function time(at) {
  return h("time", { datetime: at.toISOString() }, at.toLocaleString([], { dateStyle: "medium", timeStyle: "short" }));
}
