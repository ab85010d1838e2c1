// What was said, as elements and as lines of text.

import known from "./settings.js";
import { button, choice, h, icon, newWindow, unseen } from "./dom.js";
import { canSpeak, silence, speak } from "./speech.js";

/** @import { Block, Choice, CitedSource, Link, Picture, Reply, Table } from "./replies.d.ts" */

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
 * @param {string} question The patient's last message; a heading that only repeats it is not seen again.
 */
export function botSaid(reply, at, base, question) {
  const { blocks, sources, links, reminder, language } = reply;
  const [first] = blocks;
  const shown = blocks.filter(({ kind }) => kind !== "more");
  const more = blocks.filter(({ kind }) => kind === "more");
  return h(
    "div",
    { class: reply.alarm ? "said bot urgent" : "said bot" },
    unseen(texts.bot),
    ...grouped(shown, (block) => (block.kind === "title" ? heading(block.text ?? "", question) : element(block, block === first ? language : null))),
    reminder && h("p", { class: "reminder" }, reminder),
    ...links.map((link) => paper(link, base)),
    h(
      "div",
      { class: "beside" },
      more.length ? unfolding(more, reply.pictures, base) : null,
      sources.length ? cited(reply) : null,
      canSpeak ? reader(lines(reply)) : null,
    ),
    time(at),
  );
}

/**
 * Put the blocks of a warning into a box each; a list follows the sentence that leads to it.
 * @param {Block[]} blocks
 * @param {(block: Block) => HTMLElement} make
 */
function grouped(blocks, make) {
  /** @type {HTMLElement[]} */
  const made = [];
  for (const [place, block] of blocks.entries()) {
    const boxed = block.kind === "signs" || block.kind === "warning";
    if (!boxed) made.push(make(block));
    else if (block.points && blocks[place - 1]?.kind === block.kind) made[made.length - 1].append(make(block));
    else made.push(h("div", { class: `box ${block.kind}` }, make(block)));
  }
  return made;
}

/**
 * Make the element of a block.
 * @param {Block} block
 * @param {string | null} language
 */
function element({ kind, text, points, table }, language) {
  if (points) return h("ul", {}, ...points.map((point) => h("li", {}, point)));
  if (table) return comparison(table);
  if (kind === "progress") return progress(text);
  return h("p", { class: kind ?? false, lang: language, dir: "auto" }, text);
}

/**
 * Make the heading of an answer.
 * @param {string} text
 * @param {string} question
 */
const heading = (text, question) => h("h2", { class: letters(text) === letters(question) && "unseen" }, text);

/** @param {string} text */
const letters = (text) => text.toLowerCase().replace(/\W/g, "");

/**
 * Make the line that says how far a guided talk is, "Question 2 of 6", with a bar.
 * @param {string} text
 */
function progress(text) {
  const [value, max] = text.match(/\d+/g) ?? [];
  return h("p", { class: "progress" }, text, h("progress", { value, max, "aria-hidden": "true" }));
}

/** @param {Table} table */
function comparison({ columns, rows }) {
  return h(
    "table",
    {},
    h("thead", {}, h("tr", {}, h("td", {}), ...columns.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, ...rows.map(([name, ...cells]) => h("tr", {}, h("th", { scope: "row" }, name), ...cells.map((cell) => h("td", {}, cell))))),
  );
}

/**
 * Make what is worth knowing beyond the answer, folded; its drawings are loaded once it is unfolded.
 * @param {Block[]} blocks
 * @param {Picture[]} pictures
 * @param {string} base
 */
function unfolding(blocks, pictures, base) {
  return h(
    "details",
    { class: "more" },
    h("summary", {}, icon("more"), texts.more),
    ...pictures.map(({ url, alt }) => h("img", { src: `${base}${url}`, alt, loading: "lazy" })),
    ...blocks.map((block) => element({ ...block, kind: undefined }, null)),
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
  const said = blocks.filter(({ kind }) => kind !== "more").flatMap(({ text, points, table }) => points ?? (table ? compared(table) : [text]));
  if (reminder) said.push(reminder);
  said.push(...links.map(({ title }) => title));
  if (sources.length) said.push(`${sourceLine(sources)}.`);
  return said.map((text, place) => ({ text, language: (place === 0 && language) || ENGLISH }));
}

/** @param {Table} table */
const compared = ({ columns, rows }) => rows.map(([name, ...cells]) => `${name}: ${cells.map((cell, place) => `${columns[place]}: ${cell}`).join("; ")}`);

/**
 * @param {Link} link
 * @param {string} base
 */
function paper({ title, url }, base) {
  const address = url.startsWith("/") ? `${base}${url}` : url;
  if (!/^https?:\/\//.test(address)) return h("p", {}, title);
  const link = newWindow(address, title);
  link.prepend(icon("print"));
  return h("p", {}, link);
}

/** @param {Reply} reply */
function cited({ sources, review }) {
  return h(
    "details",
    {},
    h("summary", {}, icon("sources"), texts.show_sources),
    h("ul", {}, ...sources.map(({ name, title, sections }) => h("li", {}, `${name}: “${title}” (${sections.join("; ")})`))),
    review && h("p", {}, review),
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
    toggle.lastChild?.replaceWith(reading ? texts.stop_reading : texts.read_aloud);
  };
  toggle.prepend(icon("listen"));
  return toggle;
}

/** @param {Date} at */
function time(at) {
  return h("time", { datetime: at.toISOString() }, at.toLocaleString([], { dateStyle: "medium", timeStyle: "short" }));
}
