/* The list follows each choice: a menu stays open, where it was scrolled to, while several of its values are chosen;
   the keyboard stays where it was; and the form keeps up with the address, so that typing goes on from what is shown. */
let menu = null; // the open one: its id, and how far it was scrolled
let focused = null; // the id of what had the keyboard in the list, "" if it has none

document.addEventListener("htmx:before:request", () => {
  const open = document.querySelector("#list details.filter[open]");
  menu = open && { id: open.id, scrolled: open.querySelector(".panel").scrollTop };
  const active = document.activeElement;
  focused = active?.closest("#list") ? active.id : null;
});

document.addEventListener("htmx:after:swap", () => {
  const form = document.getElementById("filter");
  if (!form) return;
  reopen();
  carryOn(form, new URLSearchParams(location.search));
  document.querySelectorAll(".switch a").forEach((link) => {
    link.href = new URL(link.href).pathname + location.search;
  });
});

// what cannot be shown is not put into the list: its own page says why
document.addEventListener("htmx:response:error", () => setTimeout(() => location.reload()));

function reopen() {
  const again = menu && document.getElementById(menu.id);
  if (again) {
    again.open = true;
    again.querySelector(".panel").scrollTop = menu.scrolled;
  }
  if (focused === null) return;
  const same = focused && document.getElementById(focused);
  (same || document.querySelector("#list summary"))?.focus({ preventScroll: true });
}

function carryOn(form, asked) {
  form.querySelectorAll("input[type=hidden]").forEach((field) => field.remove());
  asked.forEach((value, name) => {
    if (name === "q" || name === "sort") return;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  });
}
