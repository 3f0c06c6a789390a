
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);

  const theme = byId("theme");
  const themes = ["automatic", "dark", "light"];
  let current = 0;
  theme.hidden = false;
  theme.addEventListener("click", () => {
    current = (current + 1) % themes.length;
    const root = document.documentElement;
    if (current) root.dataset.theme = themes[current];
    else delete root.dataset.theme;
    theme.textContent = `Theme: ${themes[current]}`;
  });

  // What is folded is printed too.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("section > details:not([open])")];
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
  });

  const filters = byId("filters");
  if (!filters) return;
  const list = byId("list");
  const leaks = [...list.children];
  const texts = new Map(
    leaks.map((leak) => {
      const parts = [...leak.querySelectorAll("header, .summary, dl, pre")];
      return [leak, parts.map((part) => part.textContent).join(" ").toLowerCase()];
    }),
  );
  const search = byId("search");
  const order = byId("order");
  const selects = [...filters.querySelectorAll("select[data-key]")];
  const chosen = byId("chosen");
  let pick = null; // what was clicked in a plot and has no choice of its own

  const matches = (leak, words) =>
    words.every((word) => texts.get(leak).includes(word)) &&
    selects.every((select) => !select.value || leak.dataset[select.dataset.key] === select.value) &&
    (!pick || leak.dataset[pick.key] === pick.value);

  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let places = 0;
    let times = 0;
    for (const leak of leaks) {
      leak.hidden = !matches(leak, words);
      if (!leak.hidden) {
        places += 1;
        times += Number(leak.dataset.count);
      }
    }
    const all = leaks.length;
    byId("shown").textContent =
      places === all
        ? `${all} shown`
        : `${places} of ${all} shown, seen ${times} time${times === 1 ? "" : "s"}`;
    chosen.hidden = !pick;
    chosen.firstElementChild.textContent = pick ? `Only ${pick.value}` : "";
  };

  const sorted = {
    rank: (a, b) => a.dataset.rank - b.dataset.rank || b.dataset.count - a.dataset.count,
    count: (a, b) => b.dataset.count - a.dataset.count || a.dataset.rank - b.dataset.rank,
    place: (a, b) =>
      a.dataset.place.localeCompare(b.dataset.place, "en", { numeric: true }),
  };

  const choose = (key, value) => {
    const select = selects.find((item) => item.dataset.key === key);
    if (select) select.value = value;
    else pick = { key, value };
    show();
    byId("leaks").scrollIntoView({ block: "start" });
    byId("shown").focus({ preventScroll: true });
  };

  for (const label of document.querySelectorAll(".label[data-filter]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label.textContent;
    button.title = `Show only ${label.dataset.value}`;
    button.addEventListener("click", () => choose(label.dataset.filter, label.dataset.value));
    label.removeAttribute("title");
    label.replaceChildren(button);
  }

  filters.hidden = false;
  filters.addEventListener("input", show);
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("reset", () => {
    pick = null;
    setTimeout(() => {
      list.append(...leaks);
      show();
    });
  });
  byId("unchoose").addEventListener("click", () => {
    pick = null;
    show();
    search.focus();
  });
  order.addEventListener("change", () => {
    list.append(...[...leaks].sort(sorted[order.value]));
  });
  byId("shown").tabIndex = -1;
  show();
})();
