// The address of the design system's module changes with its content, so the page names it.
const { dataset } = document.querySelector("script[data-govuk-frontend]");
const { initAll } = await import(dataset.govukFrontend);

// A radio may not carry aria-expanded (ARIA 1.2), yet the module sets it on those that reveal a question.
const unexpand = (radio) => radio.matches("input[type=radio][aria-expanded]") && radio.removeAttribute("aria-expanded");
new MutationObserver((changes) => changes.forEach((change) => unexpand(change.target)))
  .observe(document.body, { attributes: true, attributeFilter: ["aria-expanded"], subtree: true });

initAll();

// A second press while the first is on its way would send the form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 3000); // a form that answers with a download stays on the page
});

// Coming back with the browser's own button shows the page as it was left: let it be sent again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// A table that fits needs no stop of its own on the way through the page by keyboard.
const frames = document.querySelectorAll(".app-table-scroll");
const refit = () => frames.forEach((frame) => {
  if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
  else frame.removeAttribute("tabindex");
});
window.addEventListener("resize", refit);
refit();

// What autosave.js keeps on this device goes when the person signs out, and after a week in any case.
const KEPT = "asye-words:";
const WEEK = 7 * 24 * 60 * 60 * 1000;
const onThisDevice = () => {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(KEPT));
  } catch {
    return []; // this browser keeps nothing
  }
};
const forget = (names) => names.forEach((name) => localStorage.removeItem(name));
const isOld = (name) => {
  try {
    return !(Date.now() - JSON.parse(localStorage.getItem(name)).at < WEEK);
  } catch {
    return true; // nobody can read it any more
  }
};
forget(onThisDevice().filter(isOld));
const isSignOut = (event) => event.target.getAttribute("action")?.endsWith("/sign-out");
const WARNING = "Words you wrote in a record were not saved and are only on this device. Signing out takes them off it. "
  + "Sign out all the same?";
document.addEventListener("submit", (event) => {
  const savesFirst = document.querySelector("form[data-autosave]"); // autosave.js does, and says what it could not save
  if (!isSignOut(event) || savesFirst || !onThisDevice().length || window.confirm(WARNING)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
document.addEventListener("submit", (event) => isSignOut(event) && forget(onThisDevice()));
