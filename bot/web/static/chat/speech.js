// Reads replies aloud, where the browser has a voice (Web Speech API).

const voice = window.speechSynthesis;

/** Whether the browser can read aloud. */
export const canSpeak = Boolean(voice && window.SpeechSynthesisUtterance);

/** @type {(() => void) | null} */
let tell = null; // says to who reads now that it is over

/**
 * Read lines, instead of what is being read.
 * @param {{ text: string, language: string }[]} lines
 * @param {() => void} onEnd Called when they are through, cannot be read, or something else is read.
 */
export function speak(lines, onEnd) {
  silence();
  tell = onEnd;
  // Some browsers stop in the middle of a long text, so it is read line by line.
  lines.forEach(({ text, language }, number) => {
    const words = new SpeechSynthesisUtterance(text);
    words.lang = language;
    words.rate = 0.9; // a little slower than usual
    const over = () => tell === onEnd && silence();
    words.addEventListener("error", over);
    if (number === lines.length - 1) words.addEventListener("end", over);
    voice.speak(words);
  });
}

/** Stop reading. */
export function silence() {
  if (!tell) return;
  const onEnd = tell;
  tell = null;
  voice.cancel();
  onEnd();
}
