// chat/settings.js, which the server makes: see `module` of bot/web/pages.py.

import type { Icon } from "../../../bot/web/static/chat/dom.js";
import type { Call } from "./replies.d.ts";

declare const known: {
  texts: Texts;
  /** What to show when nobody answers, and whom to call then. */
  unavailable: string;
  calls: Call[];
  /** The ids of all alarms, the gravest first. */
  alarms: string[];
  clinic: Clinic;
  beginnings: Beginning[];
  firstQuestions: string[];
  /** How many characters of a message are answered, and how many can be typed. */
  limit: number;
  longest: number;
  /** The chat's style sheet. */
  style: string;
};
export default known;

/** An entry of the menu: what it is called, what it says for the patient, and its drawing. */
export interface Beginning {
  title: string;
  says: string;
  icon: Icon;
}

interface Clinic {
  id: string;
  name: string;
  /** How to call it, if it has a phone. */
  calls: Call[];
  /** Each as `#rrggbb`. */
  colours: { head: string; messages: string };
  /** Whether it has one. */
  logo: boolean;
}

/** The words of bot/web/texts.yml, but for its lists and its pages; `sources` begins the line of sources. */
interface Texts {
  title: string;
  intro: string;
  disclaimer: string;
  consent: string;
  privacy_link: string;
  first_questions_label: string;
  open: string;
  open_urgent: string;
  close: string;
  close_sure: string;
  menu: string;
  log: string;
  placeholder: string;
  send: string;
  too_long: string;
  you: string;
  bot: string;
  waiting: string;
  still_waiting: string;
  choices: string;
  more: string;
  show_sources: string;
  read_aloud: string;
  stop_reading: string;
  conversation_new: string;
  larger: string;
  smaller: string;
  repeat: string;
  show_times: string;
  print: string;
  save: string;
  save_name: string;
  start_over: string;
  start_over_sure: string;
  urgent_goes: string;
  delete: string;
  delete_sure: string;
  deleted: string;
  not_deleted: string;
  yes: string;
  no: string;
  urgent: string;
  not_sent: string;
  unsent: string;
  not_restored: string;
  retry: string;
  closed_window: string;
  sources: string;
}
