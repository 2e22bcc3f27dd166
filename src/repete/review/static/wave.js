// The picture of a take: its peaks, with loudness and pitch as light curves over them.
const colour = (element, name) => {
  const probe = document.createElement("span");
  probe.className = name;
  element.append(probe);
  const found = getComputedStyle(probe, "::before").backgroundColor;
  probe.remove();
  return found;
};

const bars = (pen, peaks, width, height) => {
  const step = peaks.length / width;
  for (let x = 0; x < width; x += 1) {
    let most = 0;
    const end = Math.max(Math.floor(x * step) + 1, Math.floor((x + 1) * step));
    for (let at = Math.floor(x * step); at < end; at += 1) most = Math.max(most, peaks[at] ?? 0);
    const tall = Math.max(1, (most / 100) * height * 0.72);
    pen.fillRect(x, (height * 0.88 - tall) / 2 + height * 0.04, 1, tall);
  }
};

const curve = (pen, values, place, width) => {
  pen.beginPath();
  let drawing = false;
  values.forEach((value, at) => {
    if (value === null) {
      drawing = false;
      return;
    }
    const x = ((at + 0.5) / values.length) * width;
    if (drawing) pen.lineTo(x, place(value));
    else pen.moveTo(x, place(value));
    drawing = true;
  });
  pen.stroke();
};

// what is too quiet to be speech has no loudness worth a line
const smooth = (levels) => levels.map((level, at) => {
  const near = levels.slice(Math.max(0, at - 1), at + 2).filter((one) => one !== null && one > -50);
  return level === null || level < -50 ? null : near.reduce((sum, one) => sum + one, 0) / near.length;
});

export const draw = (canvas, curves) => {
  const ratio = devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  const track = canvas.parentElement;
  pen.fillStyle = colour(track, "key wave");
  bars(pen, curves.peaks, width, height);
  pen.globalAlpha = 0.75;
  pen.lineWidth = 1.3 * ratio;
  pen.lineJoin = "round";
  const within = (share) => height * (0.84 - 0.76 * Math.min(1, Math.max(0, share)));
  pen.strokeStyle = colour(track, "key loud");
  curve(pen, smooth(curves.loudness), (level) => within((level + 60) / 60), width);
  const known = curves.pitch.filter((hertz) => hertz !== null).sort((one, other) => one - other);
  if (!known.length) return;
  const middle = known[Math.floor(known.length / 2)];
  pen.strokeStyle = colour(track, "key pitch"); // in semitones around the speaker's own middle
  curve(pen, curves.pitch, (hertz) => within(0.5 + Math.log2(hertz / middle) / 2), width);
};
