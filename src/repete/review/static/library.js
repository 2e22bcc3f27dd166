// The library: recordings dropped or chosen are sent one by one, and judged with a bar.
const drop = document.getElementById("drop");
const files = document.getElementById("files");
const list = document.getElementById("imports");
const says = drop.dataset;
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

const line = (name) => {
  drop.open = true;
  const item = document.createElement("li");
  const label = document.createElement("span");
  label.textContent = name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", name);
  const said = document.createElement("span");
  said.className = "said soft";
  said.textContent = says.busy;
  item.append(label, bar, said);
  list.append(item);
  return { bar, said, item };
};

const send = async (file) => {
  const asked = new URLSearchParams({
    name: file.name,
    made: String(file.lastModified),
    scenario: document.getElementById("import-scenario").value,
    language: document.getElementById("import-language").value,
  });
  const answer = await fetch(`/import?${asked}`, { method: "POST", body: file });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).job;
};

const follow = async (job, shown) => {
  for (;;) {
    const state = await (await fetch(job)).json();
    shown.bar.value = state.share;
    if (state.error) throw new Error(state.error);
    if (state.session) return state;
    await pause(400);
  }
};

const take = async (file) => {
  const shown = line(file.name);
  try {
    const state = await follow(await send(file), shown);
    const link = document.createElement("a");
    link.href = `/session/${encodeURIComponent(state.session)}`;
    link.textContent = state.is_new ? says.done : says.again;
    shown.bar.value = 1;
    shown.said.replaceChildren(link);
  } catch (error) {
    shown.bar.remove();
    shown.said.textContent = `${says.failed} ${error.message}`;
  }
};

const takeAll = async (chosen) => {
  for (const file of chosen) await take(file); // one after another: the recognizer is one
};

files.addEventListener("change", () => takeAll([...files.files]));
for (const name of ["dragover", "dragenter"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) drop.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  takeAll([...event.dataTransfer.files]);
});
document.getElementById("undo")?.focus();
