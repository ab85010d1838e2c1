// What the server sends: see bot/reply/as_json.py, bot/reply/reply.py and bot/channels/web.py.

/** A comparison; the first cell of each row names it. */
export interface Table {
  columns: string[];
  rows: string[][];
}

/** What a piece of a reply is for; any other text has none. */
export type Kind = "title" | "lead" | "signs" | "warning" | "do" | "progress" | "more";

/** A piece of a reply: a paragraph, a list of points, or a table. */
export type Block = { kind?: Kind } & (
  | { text: string; points?: undefined; table?: undefined }
  | { points: string[]; text?: undefined; table?: undefined }
  | { table: Table; text?: undefined; points?: undefined }
);

/** A drawing: where it is, and what it shows. */
export interface Picture {
  url: string;
  alt: string;
}

/** A document that a reply draws on. */
export interface CitedSource {
  name: string;
  title: string;
  sections: string[];
}

/** A choice that the patient can tap: what it says, and what it sends. */
export interface Choice {
  title: string;
  payload: string;
}

/** A page to open: what it is called, and where it is. */
export interface Link {
  title: string;
  url: string;
}

/** Somebody to call: what the button says, and the number. */
export interface Call {
  title: string;
  number: string;
}

/** An alarm that stands: what stays on the screen, and whom to call. */
export interface Standing {
  answer: string;
  banner: string;
  calls: Call[];
}

/** A check that is open: what it asks, and the buttons to reply. */
export interface OpenCheck {
  question: string;
  points: string[];
  buttons: Choice[];
}

/** A reply in parts. */
export interface Reply {
  answer: string | null;
  blocks: Block[];
  pictures: Picture[];
  sources: CitedSource[];
  /** Says under the sources whether a clinician has signed the text; null where no sources are named. */
  review: string | null;
  buttons: Choice[];
  links: Link[];
  urgent: boolean;
  /** Whether it raises an alarm. */
  alarm: boolean;
  reminder: string | null;
  /** The alarms that stand after it, the gravest first; null where that is not known. */
  standing: Standing[] | null;
  /** The check that is open after it, if any; null where that is not known. */
  open_checks: OpenCheck[] | null;
  /** Of its first sentence, when that is not English. */
  language: string | null;
}

/** A line of the answer to a message: a reply, or that there are no more, and whether the patient has a walking diary; null where that is not known. */
export type Line = { reply: Reply; done?: undefined; diary?: undefined } | { done: true; diary: boolean | null; reply?: undefined };

/** A message and what came back. */
export interface Exchange {
  id: string;
  /** When it came, as ISO 8601 in UTC. */
  at: string;
  /** What was shown of it. */
  said: string;
  replies: Reply[];
}
