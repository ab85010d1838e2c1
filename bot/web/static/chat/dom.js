// Elements, safely: what stands in them is text, never HTML. And small drawings beside words, of which screen readers read the
// words alone.

import known from "./settings.js";

/** @import { Attributes } from "./elements.d.ts" */
/** @typedef {keyof STROKES} Icon */

const SVG = "http://www.w3.org/2000/svg";
const STROKES = {
  call: "M6 3l3 1 1.5 4-2 2a12 12 0 0 0 5.5 5.5l2-2 4 1.5 1 3c0 2-1.5 3-3 3C10 21 3 14 3 6c0-1.5 1-3 3-3z",
  check: "M5 4h14v17H5zM9 2h6v4H9zM8 13l3 3 5-6",
  listen: "M4 9v6h4l5 4V5L8 9zM16.5 8.5a5 5 0 0 1 0 7M19 6a9 9 0 0 1 0 12",
  more: "M6 9l6 6 6-6",
  page: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  print: "M7 9V3h10v6M7 17H4v-7h16v7h-3M7 14h10v7H7z",
  sign: "M12 4L2.5 20h19zM12 10v5M12 17v.5",
  sources: "M12 6C9 4 7 4 4 4v14c3 0 5 0 8 2 3-2 5-2 8-2V4c-3 0-5 0-8 2zv14",
  walk: "M13 3v.1M10 21l2-6-2-3 1-4 3 1 1 3 3 1M8 12l3-4M13 15l3 2 1 4",
};
const STEPS = `M24 1a23 23 0 1 0 0 46a23 23 0 1 0 0-46z
M18 17c5 1 5 5 4 10c-2 4-3 5-3 9c0 5-3 7-6 7c-3-1-4-4-2-9c1-3-1-7 0-11c0-4 3-7 7-6z
M34 9c-5-1-7 3-7 8c0 4 1 5 0 9c-2 5 0 8 2 9c3 0 5-3 5-8c1-4 3-6 5-11c0-4-1-7-5-7z`;

/**
 * Make an element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes By name; a function listens to the event of that name, false and null leave one out.
 * @param {...(Node | string | null)} children Strings become text, null leaves one out.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, /** @type {EventListener} */ (value));
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/**
 * Make a button that does something.
 * @param {string} title
 * @param {(event: MouseEvent) => unknown} click
 * @param {Attributes} attributes
 */
export const button = (title, click, attributes = {}) => h("button", { type: "button", click, ...attributes }, title);

/**
 * Make a button that says something: a double tap says it once, and nothing that has come under the finger meanwhile.
 * @param {string} title
 * @param {() => void} choose
 */
export const choice = (title, choose) => button(title, ({ detail }) => detail > 1 || choose());

/**
 * Make text that only screen readers read; it is English, whatever stands beside it.
 * @param {string} text
 */
export const unseen = (text) => h("span", { class: "unseen", dir: "ltr" }, text);

/**
 * Make a link that opens a new window, so that the conversation stays, and says so to screen readers.
 * @param {string} href
 * @param {string} title
 */
export const newWindow = (href, title) =>
  h("a", { href, target: "_blank", rel: "noopener" }, title, unseen(` ${known.texts.closed_window}`));

/**
 * Draw an icon, in the colour of the text.
 * @param {Icon} name
 */
export const icon = (name) => drawing("icon", 24, STROKES[name]);

/** Draw the bot's mark: two footsteps in a round sign. */
export const mark = () => drawing("mark", 48, STEPS);

/**
 * @param {string} name
 * @param {number} size
 * @param {string} path
 */
function drawing(name, size, path) {
  const svg = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  const attributes = { class: name, viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
