// Light or dark: the system's choice until the button says otherwise.
const root = document.documentElement;
const button = document.getElementById("theme");
const system = matchMedia("(prefers-color-scheme: dark)");

const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
const show = () => button.setAttribute("aria-pressed", String(isDark()));

button.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=strict`;
  show();
  document.dispatchEvent(new Event("themechange"));
});
system.addEventListener("change", () => {
  show();
  document.dispatchEvent(new Event("themechange"));
});
show();
