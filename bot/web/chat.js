"use strict";

// One conversation a page: its id is made here and kept nowhere else.
const sender = `web-${crypto.randomUUID ? crypto.randomUUID() : Array.from(crypto.getRandomValues(new Uint32Array(4))).join("-")}`;
const log = document.getElementById("log");
const form = document.getElementById("form");
const field = document.getElementById("text");
let latestChoices = null;
const alarm = document.getElementById("alarm");

function show(text, kind) {
  const line = document.createElement("p");
  line.className = kind;
  line.textContent = text; // never HTML: patients' and curated words stay words
  log.append(line);
  line.scrollIntoView({ block: "start" });
  return line;
}

function showReply(reply) {
  const standsDown = reply.metadata.answer === "urgent.stand_down";
  const urgent = reply.metadata.urgent && !standsDown;
  if (urgent) alarm.textContent = reply.text; // stays in sight until the alarm is taken back
  if (standsDown) alarm.textContent = "";
  const line = show(reply.text, urgent ? "bot urgent" : "bot");
  for (const { title, url } of reply.metadata.links || []) {
    const link = document.createElement("a");
    link.textContent = title;
    link.href = url;
    link.target = "_blank"; // the conversation stays open
    link.rel = "noopener";
    line.append(document.createElement("br"), link);
  }
  if (!reply.buttons || !reply.buttons.length) return;
  const choices = document.createElement("div");
  choices.className = "choices";
  for (const button of reply.buttons) {
    const choice = document.createElement("button");
    choice.type = "button";
    choice.textContent = button.title;
    // The bot takes a payload only while it has just been offered; an older button asks its question in words.
    choice.addEventListener("click", () => send(choices === latestChoices ? button.payload : button.title, button.title));
    choices.append(choice);
  }
  log.append(choices);
  latestChoices = choices;
}

async function send(message, shown) {
  latestChoices = null; // what is offered now no longer counts once something is sent
  show(shown, "patient");
  const waiting = show(form.dataset.waiting, "bot");
  log.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch("/webhooks/rest/webhook", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ sender, message }),
    });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const replies = await answer.json();
    if (!replies.length) throw new Error("no reply");
    waiting.remove();
    replies.forEach(showReply);
  } catch {
    waiting.remove();
    show(form.dataset.unavailable, "bot urgent");
  }
  log.setAttribute("aria-busy", "false");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  send(text, text);
});

field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});
