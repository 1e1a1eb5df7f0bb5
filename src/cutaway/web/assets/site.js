/* Menus that close, code that can be copied, figures that come alive. Everything works without this. */
const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

document.documentElement.classList.add("scripted");

addEventListener("click", (event) => {
  all("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  all("details.menu[open]").forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

/* A menu that would run off the right opens to the left; `toggle` does not bubble, so it is caught on its way down. */
addEventListener(
  "toggle",
  (event) => {
    const panel = event.target.matches?.(".filter[open]") && event.target.querySelector(".panel");
    if (!panel) return;
    panel.classList.remove("flipped");
    panel.classList.toggle("flipped", panel.getBoundingClientRect().right > document.documentElement.clientWidth);
  },
  true,
);

if (navigator.clipboard) {
  all("pre.copy").forEach((block) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.querySelector("code").textContent);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1500);
    });
    block.append(button);
  });
}

function load(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
}

/* `ast`: expressions are interpreted, and no style is written into the page, since our policy allows neither `eval` nor
   styles from elsewhere. Warnings are for who writes a figure; a reader sees errors. */
const OPTIONS = {
  ast: true,
  actions: false,
  defaultStyle: false,
  renderer: "canvas",
  tooltip: { disableDefaultStyle: true },
  config: { mark: { tooltip: true } },
  logLevel: 1,
};

all(".interactive[data-spec]").forEach((box) => {
  const button = box.querySelector("button");
  const canvas = box.querySelector(".canvas");
  box.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    button.textContent = "Loading…";
    try {
      for (const address of box.dataset.vega.split(" ")) await load(address);
      const spec = await (await fetch(box.dataset.spec)).json();
      const ink = getComputedStyle(document.body).color;
      const painted = JSON.parse(JSON.stringify(spec).replaceAll("currentColor", ink));
      await vegaEmbed(canvas, painted, OPTIONS);
      box.classList.add("alive");
      button.remove();
      box.querySelector("small").textContent = "Point at a mark to read its values.";
    } catch (fault) {
      button.disabled = false;
      button.textContent = "That did not work. Try again";
      console.error(fault);
    }
  });
});
