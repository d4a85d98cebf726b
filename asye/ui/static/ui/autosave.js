// Saves the form of a record while somebody writes. Nothing here sends anything but to the form's own address, and the
// page itself is asked for again after the person has signed in anew. Why it does what it does: docs/adr/0025.
const form = document.querySelector("form[data-autosave]");
const state = document.getElementById("save-state");
const about = JSON.parse(document.getElementById("autosave").textContent);
const REST = 1500; // ms after the last key, so that it is saved within two seconds
const LONGEST = 10_000; // ms of writing without a rest
const PRESS = 400; // ms in which whoever left a field for a button has pressed it, and the page must not move
const PAUSES = [2, 4, 8, 15, 30, 60]; // seconds between attempts
const KEPT = `asye-words:${about.person}:${form.dataset.autosave}:`;
let page = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const hidden = (name) => form.elements.namedItem(name);
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// ---- what stands in the form, question by question

const BOXES = ["", "_day", "_month", "_year"]; // the last three of a date; seen_draft is no box of a question "seen"
const keyOf = (name) => about.keys.find((key) => BOXES.some((box) => name === key + box));
const inputs = (key) => [...form.elements].filter((input) => input.name && keyOf(input.name) === key);
function group(key) {
  let found = inputs(key)[0]?.closest(".govuk-form-group");
  while (found?.parentElement.closest(".govuk-form-group")) found = found.parentElement.closest(".govuk-form-group");
  return found;
}
const isChoice = (input) => input.type === "radio" || input.type === "checkbox";
const label = (key) => (group(key)?.querySelector("legend, label")?.textContent ?? key).trim();

function read() {
  const found = Object.fromEntries(about.keys.map((key) => [key, []]));
  for (const [name, value] of new FormData(form)) if (keyOf(name)) found[keyOf(name)].push(value);
  return found;
}

function put(key, boxes) {
  inputs(key).forEach((input, place) => {
    if (isChoice(input)) input.checked = boxes.includes(input.value);
    else input.value = boxes[place] ?? "";
  });
  inputs(key)[0]?.dispatchEvent(new Event("input", { bubbles: true })); // the counter beneath it counts anew
}

function inWords(key, boxes) {
  if (!inputs(key).some(isChoice)) return boxes.filter(Boolean).join(" ");
  const chosen = inputs(key).filter((input) => boxes.includes(input.value));
  return chosen.map((input) => input.labels[0].textContent.trim()).join("\n");
}

// ---- what the service has, and what is kept on this device until it has it

const acknowledged = read();
about.unsure.forEach((key) => delete acknowledged[key]); // of a form that came back: it stands there and nowhere else
const held = new Set(about.held); // two texts: the person says what stands
const shownAbove = new Set(about.held); // whoever changes such an answer in the form has seen the other one
const unkept = {}; // what the service cannot keep is not sent again as it is
const offered = {}; // by question, words of earlier pages that never arrived, the newest first
const sent = { number: 0, words: "" };
const unsaved = () => Object.fromEntries(Object.entries(read()).filter(([key, boxes]) => !same(boxes, acknowledged[key])));
let untouched = about.starting.length > 0; // what the form began with is kept with the first word that is written
const toSend = () => Object.entries(unsaved())
  .filter(([key, boxes]) => !held.has(key) && !same(boxes, unkept[key]))
  .map(([key]) => key);
const onlyHere = () => Object.keys({ ...unsaved(), ...offered });
let keeps = true;
let signingOut = false;

function remember() {
  if (signingOut) return;
  const words = unsaved();
  const base = Object.fromEntries(Object.keys(words).map((key) => [key, acknowledged[key]]));
  const number = same(words, sent.words) ? sent.number : 0;
  try {
    if (!onlyHere().length) localStorage.removeItem(KEPT + page);
    else localStorage.setItem(KEPT + page, JSON.stringify({ at: Date.now(), page, count: sent.number, number, words, base, offered }));
    keeps = true;
  } catch {
    keeps = false; // no room, or the browser keeps nothing
  }
}

function recall() {
  let last = "";
  const found = [];
  try {
    last = sessionStorage.getItem("asye-page"); // what was left in this very tab
    sessionStorage.removeItem("asye-page");
    for (const name of Object.keys(localStorage).filter((one) => one.startsWith(KEPT))) {
      found.push(JSON.parse(localStorage.getItem(name)));
      localStorage.removeItem(name);
    }
  } catch { /* this browser keeps nothing, or what it kept cannot be read */ }
  const now = read();
  const add = (key, boxes) => {
    if (!about.keys.includes(key) || same(boxes, now[key])) return;
    offered[key] ??= [];
    if (!offered[key].some((one) => same(one, boxes))) offered[key].push(boxes);
  };
  for (const was of found.sort((one, other) => other.at - one.at)) {
    const arrived = was.number && (about.received[was.page] ?? -1) >= was.number;
    for (const [key, boxes] of Object.entries(arrived ? {} : was.words)) {
      const fits = was.page === last && key in now && same(was.base[key], acknowledged[key]);
      if (fits && !same(boxes, now[key])) put(key, boxes);
      else add(key, boxes);
    }
    for (const [key, texts] of Object.entries(was.offered)) texts.forEach((boxes) => add(key, boxes));
    if (was.page === last) [page, sent.number] = [was.page, was.count]; // its last save may still be on its way
  }
  remember();
  Object.keys(offered).forEach(offer);
  const which = Object.keys(offered).map((key) => `“${label(key)}”`).join(" and ");
  if (which) state.append(` Words of yours that were not saved are shown beside ${which}.`);
}

// ---- two texts for one question, one beside the other

function beside(key, heading, words, boxes, keep, settle) {
  document.querySelector(`[data-beside="${key}"]`)?.remove();
  const piece = document.importNode(document.getElementById("other-text").content, true).firstElementChild;
  piece.dataset.beside = key;
  piece.setAttribute("aria-label", `${heading}: ${label(key)}`);
  piece.querySelector("[data-says]").textContent = heading;
  show(piece.querySelector("[data-words]"), words, inWords(key, read()[key]));
  const buttons = { "[data-use]": "Use this text", "[data-keep]": keep };
  for (const [which, text] of Object.entries(buttons)) {
    const button = piece.querySelector(which);
    button.textContent = text;
    button.setAttribute("aria-label", `${text}: ${label(key)}`);
    button.addEventListener("click", () => {
      piece.remove();
      if (which === "[data-use]") put(key, boxes);
      settle();
      inputs(key)[0]?.focus();
      save();
    });
  }
  group(key).before(piece);
}

// The words that the other text has not are marked.
function show(place, words, other) {
  const [one, two] = [words, other].map((text) => text.split(/(\s+)/));
  let start = 0;
  while (start < one.length && one[start] === two[start]) start += 1;
  let end = 0;
  while (end < one.length - start && end < two.length - start && one.at(-1 - end) === two.at(-1 - end)) end += 1;
  const marked = document.createElement("ins");
  marked.textContent = one.slice(start, one.length - end).join("");
  place.replaceChildren(one.slice(0, start).join(""), marked, one.slice(one.length - end).join(""));
}

function offer(key) {
  const [boxes] = offered[key];
  const settle = () => {
    offered[key].shift();
    if (offered[key].length) offer(key);
    else delete offered[key];
    remember();
  };
  beside(key, "Words of yours that were not saved", inWords(key, boxes), boxes, "Keep what was saved", settle);
}

const unsettled = {};
function meet(key, standing) {
  held.add(key);
  unsettled[key] = standing;
  const settle = () => {
    held.delete(key);
    delete unsettled[key];
    acknowledged[key] = standing.boxes;
    remember();
    if (Object.keys(unsettled).length) tellOfTwo();
    else if (!Object.keys(unsaved()).length) tell("settled", "One text stands. Everything is saved.");
    if (offered[key]) offer(key);
  };
  beside(key, "Somebody else’s answer, or yours from another page", standing.words || "(empty)", standing.boxes,
    "Keep what is in the form", settle);
}

// ---- the state of saving: told when it changes, and not with every save

let told = "";
function tell(kind, sentence, link) {
  if (kind !== "saved" && kind === told && state.firstChild?.textContent === sentence) return;
  state.dataset.state = kind;
  if (kind === "saved" && told === "saved" && state.querySelector("time")) {
    state.querySelector("time").textContent = sentence.time;
    state.querySelector("span").textContent = sentence.more;
    return;
  }
  told = kind;
  if (kind !== "saved") {
    state.replaceChildren(sentence, ...(link ? [" ", link] : []));
    return;
  }
  const time = document.createElement("time");
  time.setAttribute("aria-live", "off"); // the next save is no news
  time.textContent = sentence.time;
  const more = document.createElement("span");
  more.textContent = sentence.more;
  state.replaceChildren("Saved ", time, more);
}

function tellOfTwo() {
  const which = Object.values(unsettled).map((one) => `“${one.label}”`).join(" and ");
  tell("two-texts", `There are two texts for ${which}. Both are shown beside the question; everything else is saved.`);
}

const onDevice = () => (keeps ? "Your words are kept on this device." : "Do not close this page.");

function askToSignIn() {
  const link = document.createElement("a");
  link.className = "govuk-link";
  link.href = `/sign-in?next=${encodeURIComponent(form.dataset.record)}`;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = "Sign in again (opens in a new tab)";
  tell("signed-out", `Not saved: you are signed out. ${onDevice()}`, link);
}

// ---- one save at a time, none dropped

let resting;
let firstUnsaved = 0;
let flight = null;
let atOnce = false; // the next save follows the one in flight
let attempts = 0;
let retry;
let signedOut = false;
let outOfDate = false; // the page's token is
let renewed = ""; // the token that a refresh brought, until it has been used
let stopped = "";
let leaving = false;

function typed(rest = REST) {
  remember();
  if (!toSend().length) return;
  firstUnsaved ||= Date.now();
  clearTimeout(resting);
  resting = setTimeout(save, Math.max(0, Math.min(rest, firstUnsaved + LONGEST - Date.now())));
}

function save({ last = false } = {}) {
  clearTimeout(resting);
  if (stopped || signedOut || outOfDate) return null; // again() asks for the page first
  if (flight && !last) {
    atOnce = true;
    return flight;
  }
  atOnce = false;
  const keys = toSend();
  if (!keys.length) return null;
  const slow = setTimeout(() => (told === "saved" || told === "") && tell("saving", "Saving"), 1000);
  const words = read();
  const body = new URLSearchParams();
  for (const name of ["csrfmiddlewaretoken", "seen_draft", "seen_revision"]) body.set(name, hidden(name).value);
  for (const [name, value] of new FormData(form)) if (keys.includes(keyOf(name))) body.append(name, value);
  keys.forEach((key) => body.append("changed", key));
  sent.number += 1;
  sent.words = unsaved();
  body.set("client", `${page}:${sent.number}`);
  body.set("person", about.person);
  firstUnsaved = 0;
  remember();
  const closing = last || document.visibilityState === "hidden";
  const keepalive = closing && body.toString().length < 60_000; // more is not sent once the page is gone
  const signal = last ? undefined : AbortSignal.timeout(20_000);
  const going = fetch(form.dataset.autosave, {
    method: "POST", body, keepalive, signal, redirect: "manual", headers: { Accept: "application/json" },
  }).then((answer) => answered(answer, body.get("csrfmiddlewaretoken"), keys, words), failed).finally(() => {
    clearTimeout(slow);
    if (flight === going) flight = null;
    if (retry || signedOut || !toSend().length) return;
    if (atOnce) save();
    else typed();
  });
  flight = going;
  return going;
}

async function answered(answer, token, keys, words) {
  if (answer.type === "opaqueredirect" || answer.status === 401) return wait(true);
  if (answer.status === 403 && token !== renewed) {
    outOfDate = true;
    return wait(false);
  }
  if (answer.status >= 500 || answer.status === 429) return failed(null, "the service does not answer");
  const data = await answer.json().catch(() => ({ refused: refusals[answer.status] ?? refusals.other }));
  attempts = 0;
  signedOut = false;
  renewed = "";
  if (data.refused) {
    stopped = data.refused;
    remember();
    tell("refused", `Not saved: ${data.refused} ${onDevice()}`);
    return null;
  }
  data.unkept.forEach((key) => { unkept[key] = words[key]; });
  for (const key of keys) if (!(key in data.both) && !data.unkept.includes(key)) acknowledged[key] = words[key];
  const now = read();
  let all = true;
  for (const [key, news] of Object.entries(data.news)) {
    if (same(now[key], acknowledged[key]) || same(now[key], news.boxes)) {
      acknowledged[key] = news.boxes;
      put(key, news.boxes);
    } else all = false; // they are writing there: the next save will show both texts
  }
  if (all) for (const name of ["seen_draft", "seen_revision"]) hidden(name).value = data[name];
  Object.entries(data.both).forEach(([key, standing]) => meet(key, standing));
  remember();
  const more = data.problems.map((sentence) => ` ${sentence}`).join("");
  if (Object.keys(unsettled).length) tellOfTwo();
  else if (data.unkept.length) tell("refused", `Not saved:${more} Everything else is saved.`);
  else tell("saved", { time: data.saved, more: `.${more}` });
  return null;
}

const refusals = {
  400: "This is too much text to be saved at once.",
  404: "This record is no longer open to you.",
  413: "This is too much text to be saved at once.",
  other: "You can no longer write in this record.",
};

function failed(error, why = "no connection") {
  tell("failed", `Not saved: ${why}. ${onDevice()}`);
  return wait(false);
}

function wait(isSignedOut) {
  signedOut = isSignedOut;
  remember();
  if (signedOut) askToSignIn();
  clearTimeout(retry);
  retry = setTimeout(again, PAUSES[Math.min(attempts, PAUSES.length - 1)] * 1000);
  attempts += 1;
  return null;
}

function again() {
  clearTimeout(retry);
  retry = undefined;
  if (flight || stopped) return null;
  return signedOut || outOfDate ? refresh() : save();
}

// After a new sign-in the page's own token is out of date: the page as it is now carries one that is not.
async function refresh() {
  const answer = await fetch(form.dataset.page, { redirect: "manual" }).catch(() => null);
  if (!answer) return failed();
  if (answer.type === "opaqueredirect") return wait(true);
  if (answer.status >= 500 || answer.status === 429) return failed(null, "the service does not answer");
  const text = answer.ok ? await answer.text() : "";
  const token = text.match(/name="csrfmiddlewaretoken" value="([^"]+)"/)?.[1];
  const person = Number(text.match(/"person": ([0-9]+)/)?.[1] ?? NaN);
  if (person !== about.person) {
    const why = person ? "Somebody else has signed in on this browser." : refusals[answer.status] ?? refusals.other;
    tell("refused", `Not saved: ${why} ${onDevice()}`);
    signedOut = true; // asked again when they come back to this page: asking by the clock would keep a session awake
    return null;
  }
  document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => { input.value = token; });
  signedOut = outOfDate = false;
  renewed = token;
  return save();
}

// ---- when

form.addEventListener("input", (event) => {
  if (event.isTrusted && shownAbove.delete(keyOf(event.target.name ?? ""))) held.delete(keyOf(event.target.name));
  if (untouched) about.starting.forEach((key) => { acknowledged[key] = null; });
  untouched = false;
  typed();
});
form.addEventListener("change", (event) => isChoice(event.target) && save());
form.addEventListener("focusout", () => typed(PRESS));
window.addEventListener("online", again);
window.addEventListener("focus", () => (retry || signedOut) && again());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") return (retry || signedOut) && again();
  return leaving ? null : save();
});
window.addEventListener("pagehide", () => {
  try {
    sessionStorage.setItem("asye-page", page);
  } catch { /* this browser keeps nothing */ }
  if (!leaving) save({ last: true });
});
window.addEventListener("pageshow", () => { leaving = false; });
window.addEventListener("beforeunload", (event) => {
  if (!leaving && Object.keys(unsaved()).length && (retry || signedOut || stopped || held.size)) event.preventDefault();
});

form.addEventListener("submit", (event) => {
  if (event.defaultPrevented || form.dataset.sent) return; // the second press is not sent
  sent.number += 1;
  sent.words = unsaved();
  hidden("client").value = `${page}:${sent.number}`;
  remember();
  leaving = true;
  clearTimeout(resting);
});

// Signing out takes the words off this device, so they are saved first.
const isSignOut = (event) => event.target.getAttribute("action")?.endsWith("/sign-out");
let warned = false;
document.addEventListener("submit", (event) => {
  if (!isSignOut(event) || !onlyHere().length || warned) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  Promise.resolve(flight).then(() => save()).then(() => {
    if (!onlyHere().length) return event.target.requestSubmit();
    warned = true;
    return tell("failed", "Not saved. Signing out takes these words off this device. Select Sign out again to go on.");
  });
}, true);
document.addEventListener("submit", (event) => {
  if (isSignOut(event)) leaving = signingOut = true;
});

recall();
