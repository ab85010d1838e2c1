// What the DOM's own types do not know.

type Events = { [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => unknown };

/** What `h` of chat/dom.js takes: attributes, and listeners by the names of their events. */
export interface Attributes extends Events {
  [name: string]: string | number | boolean | null | undefined | ((event: never) => unknown);
}

declare global {
  interface HTMLElementTagNameMap {
    "stride-chat": HTMLElement;
  }
}
