// Elements, safely: what stands in them is text, never HTML.

import known from "./settings.js";

/** @import { Attributes } from "./elements.d.ts" */

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
