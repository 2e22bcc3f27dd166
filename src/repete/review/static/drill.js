// The drill: hear the take, press at every filler, see what both noticed.
import { clock } from "./clock.js";

const id = (name) => document.getElementById(name);
const sound = id("sound");
const button = id("mark");
const says = id("drill").dataset;
const whole = Number(id("bar").max);
let marks = [];
let drilling = false;
let until = Infinity;

const tell = (text) => { id("told").textContent = text; };

const mark = () => {
  if (!drilling) return;
  marks.push(Number(sound.currentTime.toFixed(2)));
  tell(says.count.replace("{count}", String(marks.length)));
  button.classList.add("hit");
  setTimeout(() => button.classList.remove("hit"), 180);
};

const finish = async () => {
  if (!drilling) return;
  drilling = false;
  sound.pause();
  const answer = await fetch(says.send, { method: "POST", body: JSON.stringify(marks) });
  if (answer.ok) location.reload();
  else tell(says.failed);
};

const begin = () => {
  marks = [];
  drilling = true;
  until = Infinity;
  button.disabled = false;
  sound.currentTime = 0;
  id("play").textContent = says.stop;
  tell(says.count.replace("{count}", "0"));
  sound.play().catch(() => tell(says.failed));
  button.focus();
};

id("play").addEventListener("click", () => (drilling ? finish() : begin()));
button.addEventListener("pointerdown", mark); // on the way down: a finger is late enough
button.addEventListener("click", (event) => {
  if (event.detail === 0) mark(); // a screen reader's press has no pointer
});
sound.addEventListener("ended", finish);
sound.addEventListener("timeupdate", () => {
  id("bar").value = sound.currentTime;
  id("clock").textContent = `${clock(sound.currentTime)} / ${clock(whole)}`;
  if (sound.currentTime >= until) sound.pause();
});
document.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  if (!drilling || event.repeat || (key !== "f" && key !== " " && key !== "enter")) return;
  if (key !== "f" && event.target === id("play")) return;
  event.preventDefault();
  mark();
});
for (const hear of document.querySelectorAll(".hear")) {
  hear.addEventListener("click", () => {
    sound.currentTime = Number(hear.dataset.start);
    until = Number(hear.dataset.end);
    sound.play();
  });
}
