// Runs before the first paint, so that a chosen theme never flashes. The console keeps it up to date.
try {
  const saved = JSON.parse(localStorage.getItem("certwright.appearance") ?? "{}");
  if (saved.theme === "light" || saved.theme === "dark") {
    document.documentElement.dataset.theme = saved.theme;
  }
  if (saved.density === "compact") document.documentElement.dataset.density = "compact";
} catch {
  // Storage may be forbidden; the system's theme is used.
}
