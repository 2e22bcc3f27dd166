// A choice of a word or of a time plays its take from there; the words follow the sound.
for (const card of document.querySelectorAll("section.card")) {
  const sound = card.querySelector("audio");
  const words = [...card.querySelectorAll(".w")];
  card.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-start]");
    if (!chosen || !sound) return;
    sound.currentTime = Number(chosen.dataset.start);
    sound.play();
  });
  sound?.addEventListener("timeupdate", () => {
    const now = words.findLast((word) => Number(word.dataset.start) <= sound.currentTime + 0.05);
    for (const word of words) word.classList.toggle("now", word === now);
  });
}
