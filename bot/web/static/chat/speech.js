// Reads replies aloud, where the browser has a voice (Web Speech API).

const voice = window.speechSynthesis;

/** Whether the browser can read aloud. */
export const canSpeak = Boolean(voice && window.SpeechSynthesisUtterance);

let ended = () => {};

/** Read a text, instead of what is being read; `onEnd` is called when it ends or something else begins. */
export function speak(text, onEnd) {
  silence();
  ended = onEnd;
  // Some browsers stop in the middle of a long text, so it is read line by line.
  const lines = text.split("\n").filter((line) => line.trim());
  lines.forEach((line, number) => {
    const words = new SpeechSynthesisUtterance(line);
    words.lang = "en";
    words.rate = 0.9; // a little slower than usual
    if (number === lines.length - 1) words.addEventListener("end", silence);
    voice.speak(words);
  });
}

/** Stop reading. */
export function silence() {
  if (!canSpeak) return;
  const tell = ended;
  ended = () => {};
  voice.cancel();
  tell();
}
