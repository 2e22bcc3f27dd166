// A take: its sound, the words that follow it, and every judgement at its second.
import { clock } from "./clock.js";
import { draw } from "./wave.js";

const id = (name) => document.getElementById(name);
const player = id("player");
const sound = id("sound");
const answer = id("answer");
const track = id("track");
const says = player.dataset;
const whole = Number(says.seconds);
const words = [...document.querySelectorAll("#words .w")];
const starts = words.map((word) => Number(word.dataset.start));
let now = -1;
let stretch = null; // what is played once, or again and again
let repeating = false;

const tell = (text) => { id("told").textContent = text; };

// where the sound is

const last = (times, at) => {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

const keepInSight = (word) => {
  const box = id("words");
  const inside = word.getBoundingClientRect();
  const around = box.getBoundingClientRect();
  if (inside.top < around.top || inside.bottom > around.bottom) {
    box.scrollTop += inside.top - around.top - around.height / 3;
  }
};

const showWord = (at) => {
  const found = last(starts, at + 0.02);
  if (found === now) return;
  words[now]?.classList.remove("now");
  words[now]?.removeAttribute("aria-current");
  now = found;
  if (!words[now]) return;
  words[now].classList.add("now");
  words[now].setAttribute("aria-current", "true");
  keepInSight(words[now]);
};

const show = () => {
  const at = sound.currentTime;
  id("head").style.transform = `translateX(${(at / whole) * track.clientWidth}px)`;
  const text = `${clock(at)} / ${clock(whole)}`;
  if (id("clock").textContent !== text) {
    id("clock").textContent = text;
    track.setAttribute("aria-valuenow", String(Math.floor(at)));
    track.setAttribute("aria-valuetext", clock(at));
  }
  showWord(at);
};

const frame = () => {
  if (stretch && sound.currentTime >= stretch[1]) {
    if (repeating) sound.currentTime = stretch[0];
    else {
      sound.pause();
      stretch = null;
    }
  }
  show();
  if (!sound.paused) requestAnimationFrame(frame);
};

// what can be done with it

const go = (at) => {
  sound.currentTime = Math.min(whole, Math.max(0, at));
  show();
};
const start = () => {
  answer?.pause();
  sound.play().catch(() => tell(says.broken));
};
const hear = (from, to) => {
  stretch = [Math.max(0, from - 0.15), Math.min(whole, to + 0.25)];
  go(stretch[0]);
  start();
};
const toggle = () => (sound.paused ? start() : sound.pause());
const leave = () => {
  if (!repeating) stretch = null;
};

const marks = [...new Set(
  [...document.querySelectorAll("#words .move, #words .filler, #words .repetition, #words .gap, .hear")]
    .map((mark) => Number(mark.dataset.start)),
)].sort((one, other) => one - other);
const toMark = (step) => {
  leave();
  const at = sound.currentTime;
  const found = step > 0
    ? marks.find((mark) => mark > at + 0.05)
    : marks.findLast((mark) => mark < at - 0.35);
  if (found !== undefined) go(found);
};
const toWord = (step) => {
  leave();
  const at = Math.min(words.length - 1, Math.max(0, now + step));
  if (words[at]) go(starts[at]);
};

// a stretch to repeat: what is being played, the words selected, or the sentence one is in
const chosen = () => {
  const selection = getSelection();
  const inside = words.filter((word) => !selection.isCollapsed && selection.containsNode(word, true));
  const sentence = words[Math.max(0, now)]?.closest("p").querySelectorAll(".w");
  const found = inside.length ? inside : [...(sentence ?? [])];
  return found.length ? [Number(found[0].dataset.start), Number(found.at(-1).dataset.end)] : [0, whole];
};
const repeat = () => {
  repeating = !repeating;
  id("repeat").setAttribute("aria-pressed", String(repeating));
  if (!repeating) {
    stretch = null;
    return tell(says.repeatOff);
  }
  stretch ??= chosen();
  go(stretch[0]);
  start();
  return tell(`${says.repeating} ${clock(stretch[0])} – ${clock(stretch[1])}`);
};

const speed = (value) => {
  sound.playbackRate = value;
  if (answer) answer.playbackRate = value;
};
const faster = (step) => {
  const select = id("speed");
  select.selectedIndex = Math.min(select.length - 1, Math.max(0, select.selectedIndex + step));
  speed(Number(select.value));
};
const model = () => {
  if (!answer) return;
  if (!answer.paused) return answer.pause();
  sound.pause();
  answer.play().catch(() => tell(says.broken));
};

// the filler that was just heard counts, or does not
const judge = () => {
  const at = sound.currentTime;
  const forms = [...document.querySelectorAll(".fillers .mark")];
  const heard = forms.findLast((form) => Number(form.dataset.start) <= at + 0.05) ?? forms[0];
  heard?.requestSubmit();
};
for (const form of document.querySelectorAll("form[action$='/fillers']")) {
  form.addEventListener("submit", () => {
    try { sessionStorage.setItem("at", `${says.curves} ${sound.currentTime}`); } catch { /* private */ }
  });
}

const help = () => {
  const box = id("help");
  box.open = !box.open;
  if (box.open) box.querySelector("summary").focus();
};

// hands and keys

sound.addEventListener("play", () => {
  id("play").textContent = says.pause;
  requestAnimationFrame(frame);
});
sound.addEventListener("pause", () => { id("play").textContent = says.play; });
sound.addEventListener("seeked", show);
sound.addEventListener("error", () => tell(says.broken));
answer?.addEventListener("play", () => id("model").setAttribute("aria-pressed", "true"));
answer?.addEventListener("pause", () => id("model").setAttribute("aria-pressed", "false"));
answer?.addEventListener("error", () => tell(says.broken));

id("play").addEventListener("click", toggle);
id("repeat").addEventListener("click", repeat);
id("back-mark").addEventListener("click", () => toMark(-1));
id("next-mark").addEventListener("click", () => toMark(1));
id("model")?.addEventListener("click", model);
id("speed").addEventListener("change", (event) => speed(Number(event.target.value)));
document.addEventListener("click", (event) => {
  const button = event.target.closest(".hear");
  if (button) return hear(Number(button.dataset.start), Number(button.dataset.end));
  const word = event.target.closest("#words .w, #words .gap");
  if (!word || !getSelection().isCollapsed) return undefined;
  leave();
  go(Number(word.dataset.start));
  return start();
});

const point = (event) => {
  const box = track.getBoundingClientRect();
  leave();
  go(((event.clientX - box.left) / box.width) * whole);
};
track.addEventListener("pointerdown", (event) => {
  track.setPointerCapture(event.pointerId);
  point(event);
});
track.addEventListener("pointermove", (event) => {
  if (track.hasPointerCapture(event.pointerId)) point(event);
});

const keys = {
  " ": toggle, k: toggle,
  ArrowLeft: () => { leave(); go(sound.currentTime - 2); },
  ArrowRight: () => { leave(); go(sound.currentTime + 2); },
  Home: () => go(0), End: () => go(whole),
  ",": () => toWord(-1), ".": () => toWord(1),
  p: () => toMark(-1), n: () => toMark(1),
  r: repeat, "-": () => faster(-1), "+": () => faster(1), "=": () => faster(1),
  x: judge, m: model, "?": help,
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const within = event.target;
  if (within.closest("input:not([type=checkbox]), select, textarea")) return;
  if (event.key === " " && within.closest("button, a, summary, input")) return;
  if (!id("keys-on").checked && within !== track) return;
  const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

const stored = (() => { try { return localStorage.getItem("keys"); } catch { return null; } })();
id("keys-on").checked = stored !== "off";
id("keys-on").addEventListener("change", (event) => {
  try { localStorage.setItem("keys", event.target.checked ? "on" : "off"); } catch { /* private */ }
});

// after a mark the page comes back: where it was, and with the filler in hand
try {
  const [of, back] = (sessionStorage.getItem("at") ?? "").split(" ");
  sessionStorage.removeItem("at");
  if (of === says.curves) go(Number(back));
} catch { /* private */ }
if (location.hash.startsWith("#filler-")) id(location.hash.slice(1))?.focus();

// the picture

const answered = await fetch(says.curves);
if (answered.ok) {
  const curves = await answered.json();
  const again = () => draw(id("wave"), curves);
  again();
  new ResizeObserver(() => { again(); show(); }).observe(track);
  document.addEventListener("themechange", again);
  player.dataset.drawn = "true";
} else tell(says.broken);
show();
