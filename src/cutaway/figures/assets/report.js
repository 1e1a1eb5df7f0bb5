/* Sorting, pointing at tokens, and the choice of paper. Everything is readable without this. */
(() => {
  "use strict";
  const all = (root, selector) => Array.from(root.querySelectorAll(selector));

  function makeSortable(table) {
    const heads = all(table, "thead th");
    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const first = head.classList.contains("number") ? "descending" : "ascending";
        const other = first === "ascending" ? "descending" : "ascending";
        const order = head.getAttribute("aria-sort") === first ? other : first;
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", order);
        sortRows(table.tBodies[0], at, order === "ascending" ? 1 : -1);
      });
    });
    keepNamesInSight(table);
  }

  function sortRows(body, at, sign) {
    const keyed = Array.from(body.rows, (row) => {
      const cell = row.cells[at];
      const value = cell.dataset.value;
      const missing = cell.querySelector(".missing") !== null;
      return { row, missing, key: value === undefined ? cell.textContent : Number(value) };
    });
    keyed.sort((a, b) => {
      if (a.missing || b.missing) return a.missing - b.missing;
      if (typeof a.key === "number" && typeof b.key === "number") return sign * (a.key - b.key);
      return sign * String(a.key).localeCompare(String(b.key), undefined, { numeric: true });
    });
    body.append(...keyed.map((each) => each.row));
  }

  function keepNamesInSight(table) {
    let left = 0;
    all(table, "thead th.name").forEach((head, at) => {
      const edge = `${left}px`;
      all(table, `tr > :nth-child(${at + 1})`).forEach((cell) => (cell.style.left = edge));
      left += head.offsetWidth;
    });
  }

  function followTokens(view) {
    const tokens = all(view, ".token");
    const rows = all(view, "g[data-query]");
    const said = view.querySelector(".looks");
    const looks = tokens.map((token) =>
      token.dataset.looks.split(" ").filter(Boolean).map((look) => look.split(":").map(Number)),
    );
    let chosen = -1;

    function quoted(at) {
      const code = document.createElement("code");
      code.textContent = tokens[at].textContent.replace(/\n/g, "");
      return code;
    }

    function choose(at) {
      if (at === chosen) return;
      chosen = at;
      tokens.forEach((token, other) => {
        token.classList.toggle("from", other === at);
        token.classList.remove("to");
        token.style.setProperty("--weight", 0);
        token.tabIndex = other === at ? 0 : -1;
        token.setAttribute("aria-selected", other === at);
      });
      looks[at].forEach(([key, weight]) => {
        tokens[key].style.setProperty("--weight", weight);
        tokens[key].classList.toggle("to", weight >= 5);
      });
      rows.forEach((row) => row.classList.toggle("from", Number(row.dataset.query) === at));
      said.replaceChildren(quoted(at), " at place ", String(at), " looks at ");
      looks[at].slice(0, 4).forEach(([key, weight], rank) => {
        said.append(rank ? ", " : "", quoted(key), ` at ${key} (${weight} %)`);
      });
      if (!looks[at].length) said.append("nothing much");
    }

    const list = view.querySelector(".tokens");
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Text: choose a token to see where it looks");
    tokens.forEach((token, at) => {
      token.setAttribute("role", "option");
      token.tabIndex = -1;
      for (const event of ["pointerover", "click", "focus"]) token.addEventListener(event, () => choose(at));
    });
    rows.forEach((row) => row.addEventListener("pointerover", () => choose(Number(row.dataset.query))));
    list.addEventListener("keydown", (event) => {
      const last = tokens.length - 1;
      const next = { ArrowRight: chosen + 1, ArrowDown: chosen + 1, ArrowLeft: chosen - 1, ArrowUp: chosen - 1, Home: 0, End: last };
      if (!(event.key in next)) return;
      event.preventDefault();
      tokens[Math.min(Math.max(next[event.key], 0), last)].focus();
    });
    const far = looks.map((keys, at) => Math.max(0, ...keys.filter(([key]) => key > 0 && key !== at).map(([, w]) => w)));
    choose(far.indexOf(Math.max(...far)));
    said.hidden = false;
    said.setAttribute("role", "status");
  }

  function offerPaper(button) {
    const root = document.documentElement;
    const system = matchMedia("(prefers-color-scheme: dark)");
    const isDark = () => (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
    const name = () => (button.textContent = isDark() ? "Light paper" : "Dark paper");
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      name();
    });
    system.addEventListener("change", name);
    name();
    button.hidden = false;
  }

  function unfoldForPrint() {
    let folded = [];
    addEventListener("beforeprint", () => {
      folded = all(document, "details:not([open])");
      folded.forEach((each) => (each.open = true));
    });
    addEventListener("afterprint", () => folded.forEach((each) => (each.open = false)));
  }

  const fresh = (selector) =>
    all(document, `${selector}:not([data-ready])`).map((each) => {
      each.dataset.ready = "";
      return each;
    });
  fresh("table[data-sortable]").forEach(makeSortable);
  fresh("[data-attention]").forEach(followTokens);
  fresh("[data-paper]").forEach(offerPaper);
  if (!document.documentElement.dataset.unfolds) {
    document.documentElement.dataset.unfolds = "";
    unfoldForPrint();
  }
})();
