/* The list follows each choice: a menu stays open while several of its values are chosen, and the form keeps up with
   the address, so that typing goes on from what is shown. */
let opened = null;

document.addEventListener("htmx:before:request", () => {
  opened = document.querySelector("#list details.filter[open]")?.id ?? null;
});

document.addEventListener("htmx:after:swap", () => {
  const menu = opened && document.getElementById(opened);
  if (menu) menu.open = true;
  const form = document.getElementById("filter");
  if (!form) return;
  const asked = new URLSearchParams(location.search);
  form.querySelectorAll("input[type=hidden]").forEach((field) => field.remove());
  asked.forEach((value, name) => {
    if (name === "q" || name === "sort") return;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  });
  document.querySelectorAll(".switch a").forEach((link) => {
    link.href = new URL(link.href).pathname + location.search;
  });
});
