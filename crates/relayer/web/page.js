"use strict";

// What is shown is text from the server: it is put into the page as text only, never as markup.
const get = (id) => document.getElementById(id);
const body = (id) => get(id).tBodies[0];

/** An element with properties and children. */
function el(tag, properties, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

async function ask(path) {
  const response = await fetch(path, { headers: { accept: "application/json" }, credentials: "omit" });
  const answer = await response.json();
  if (!response.ok) {
    const problem = new Error(answer.detail ?? response.statusText);
    problem.advice = answer.advice;
    problem.reason = answer.reason;
    throw problem;
  }
  return answer;
}

const short = (hash) => `${hash.slice(0, 10)}…${hash.slice(-6)}`;
const time = (millis) => {
  const at = new Date(millis);
  return el("time", { datetime: at.toISOString(), title: at.toISOString() }, ago(Date.now() - millis));
};

function span(seconds) {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} d`;
}
const ago = (millis) => (millis < 0 ? `in ${span(-millis / 1000)}` : `${span(millis / 1000)} ago`);
const size = (bytes) => (bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KiB`);
const number = (value) => (value === null || value === undefined ? "–" : value.toLocaleString("en"));

const GOOD = ["delivered", "settled", "acknowledged"];
const BAD = ["failed", "quarantined", "expired", "orphaned"];
const stage = (word) => el("span", { class: `stage ${GOOD.includes(word) ? "good" : BAD.includes(word) ? "bad" : ""}` }, word.replaceAll("_", " "));
const words = (word) => word.replaceAll("_", " ");
const laneOf = (it) => `${it.source.name} → ${it.destination.name}`;
const counts = (of) => Object.entries(of).map(([word, count]) => `${words(word)} ${number(count)}`).join(", ");

function open(id) {
  return el("button", { type: "button", class: "link", title: id, onclick: () => show(id, true) }, short(id));
}

/** Puts rows into a table, or says that there are none. */
function fill(id, rows, none) {
  const width = get(id).tHead.rows[0].cells.length;
  body(id).replaceChildren(...(rows.length ? rows : [el("tr", {}, el("td", { class: "none", colspan: width }, none))]));
}

const row = (...cells) => el("tr", {}, cells.map((cell) => el("td", {}, ...[cell].flat())));

function fillMessages(found, more) {
  const rows = found.messages.map((m) =>
    row(open(m.id), laneOf(m), stage(m.stage), [words(m.reason), m.detail ? el("div", { class: "quiet" }, m.detail) : ""], time(m.seen_at)),
  );
  if (more) body("messages").append(...rows);
  else fill("messages", rows, "No message fits.");
  get("more").hidden = !found.next;
  get("more").dataset.before = found.next ?? "";
}

function fillLanes(lanes) {
  fill("lanes", lanes.map((lane) => row(
    laneOf(lane) + (lane.served ? "" : " (not served)"),
    counts(lane.stages) || "none yet",
    counts(lane.waiting) || "nothing",
    lane.oldest ? time(lane.oldest) : "–",
  )), "No lane is configured.");
}

function fillChains(chains) {
  fill("chains", chains.map((c) => row(
    `${c.chain.name} (${c.chain.id})`,
    number(c.head),
    number(c.final_block),
    c.halted ? el("span", { class: "bad" }, `halted: ${c.halted}`) : c.lag === null ? "–" : `${number(c.lag)} blocks`,
    c.updated_at ? time(c.updated_at) : "never",
    nodes(c),
  )), "No chain is configured.");
}

function nodes(chain) {
  const well = chain.endpoints.filter((e) => e.ok).length;
  const summary = el("summary", { class: well < chain.quorum ? "bad" : "" }, `${well} of ${chain.endpoints.length} well, ${chain.quorum} have to agree`);
  const each = chain.endpoints.map((e) => el("li", {},
    el("code", {}, e.origin), ` ${e.ok ? "well" : e.quarantined ?? "not well"}, ${number(e.lag)} behind, ${number(e.errors)} of ${number(e.requests)} failed`));
  return el("details", {}, summary, el("ul", {}, each));
}

function fillClients(clients) {
  fill("clients", clients.map((c) => row(
    [`${c.follows.name} on ${c.on.name}`, c.detail ? el("div", { class: "bad" }, c.detail) : ""],
    number(c.head),
    span(c.age_seconds),
    c.seconds_to_expiry === null ? "never" : c.seconds_to_expiry === 0 ? el("span", { class: "bad" }, "expired") : span(c.seconds_to_expiry),
    c.waiting ? [`${number(c.waiting.count)} for block ${number(c.waiting.block)}, since `, time(c.waiting.since)] : "nobody",
  )), "No light client was looked at yet.");
}

function fillOutgoing(all) {
  fill("outgoing", all.map((t) => row(
    [words(t.purpose), el("div", { class: "quiet" }, t.messages.length ? `${t.messages.length} messages` : "")],
    t.chain.name,
    [words(t.state), t.detail ? el("div", { class: "quiet" }, t.detail) : ""],
    size(t.calldata_bytes),
    number(t.gas),
    number(t.nonce),
  )), "None.");
}

// A message.

let shown = null;
let live = null;

function definition(pairs) {
  return el("dl", {}, pairs.flatMap(([label, value]) => [el("dt", {}, label), el("dd", {}, ...[value].flat())]));
}

/** Its life: what was decided for it and what chains say of it. */
function life(message) {
  const steps = message.history.map((step) => el("li", {},
    stage(step.stage), " ", words(step.reason), " ", el("span", { class: "quiet" }, time(step.at)),
    step.detail ? el("div", {}, step.detail) : "",
    step.transaction ? el("div", {}, el("code", {}, step.transaction)) : ""));
  return el("ol", { class: "life" }, steps);
}

function events(message) {
  return el("ol", { class: "life" }, message.sightings.map((seen) => el("li", { class: "event" },
    words(seen.fact), el("span", { class: "quiet" }, ` on ${seen.at.chain.name} in block ${number(seen.at.block)}`),
    seen.detail ? el("div", {}, seen.detail) : "",
    el("div", {}, el("code", {}, seen.at.transaction)))));
}

function transactions(message) {
  return message.transactions.map((t) => definition([
    ["For", `${words(t.purpose)}, ${words(t.state)}${t.detail ? `: ${t.detail}` : ""}`],
    ["Carries", `${t.messages.length} messages in ${size(t.calldata_bytes)} of calldata, gas limit ${number(t.gas)}`],
    ["Nonce", `${number(t.nonce)}${t.signer ? ` of ${t.signer}` : ""}`],
    ["Signed", t.bids.length ? t.bids.map((bid) => el("div", {}, el("code", {}, bid.hash), ` at most ${bid.max_fee_wei} wei per gas`)) : "not yet"],
  ]));
}

function proofPart(message) {
  const out = el("div", { "aria-live": "polite" });
  const make = async () => {
    out.replaceChildren("asking nodes …");
    try {
      const call = await ask(`v1/messages/${message.id}/proof`);
      const text = el("textarea", { readonly: "", rows: 4, cols: 60, "aria-label": "Calldata" });
      text.value = call.data;
      out.replaceChildren(definition([
        ["Send to", [el("code", {}, call.to), ` on ${call.chain.name}`]],
        ["Calldata", `${size(call.calldata_bytes)}, verified; ${call.head ? `from the head at block ${number(call.head)}` : "a retry needs no proof"}`],
        ["Gas", call.gas ? number(call.gas) : `the recipient fails now: ${call.failure}`],
        ["Bytes", text],
      ]));
    } catch (problem) {
      out.replaceChildren(el("p", { class: "bad" }, problem.message), el("p", {}, problem.advice ?? ""));
    }
  };
  return [el("button", { type: "button", onclick: make }, "Make the calldata that delivers it"), out];
}

function render(message) {
  const next = message.next_attempt;
  const wait = !next ? ["nothing is planned"] : next <= Date.now() ? ["its turn is now"] : ["looked at again ", time(next)];
  const why = el("div", { class: "why" },
    el("p", {}, stage(message.stage), " ", el("strong", {}, words(message.reason)), message.detail ? `: ${message.detail}` : ""),
    el("p", {}, `What to do: ${message.advice}.`),
    el("p", { class: "quiet" }, "In this stage since ", time(message.since), `, ${message.attempts} attempts, `, wait, "."));
  const about = definition([
    ["Id", el("code", {}, message.id)],
    ["Lane", `${laneOf(message)}, nonce ${message.nonce}`],
    ["Sender", el("code", {}, message.sender)],
    ["Recipient", el("code", {}, message.recipient)],
    ["Sent", [`block ${number(message.sent.block)}, transaction `, el("code", {}, message.sent.transaction)]],
    ["Payload", [size(message.payload_bytes), message.payload_bytes ? el("details", {}, el("summary", {}, "show"), el("code", {}, message.payload)) : ""]],
    ["Last error", message.last_error ? `${words(message.last_error.reason)}: ${message.last_error.detail}` : "none"],
  ]);
  return [why, about,
    el("h3", {}, "Its life"), life(message),
    el("h3", {}, "What chains say"), events(message),
    ...(message.transactions.length ? [el("h3", {}, "Transaction under way"), ...transactions(message)] : []),
    el("h3", {}, "Deliver it yourself"), ...proofPart(message)];
}

async function show(id, focus) {
  get("problem").textContent = "";
  try {
    const message = await ask(`v1/messages/${id}`);
    shown = id;
    get("message-body").replaceChildren(...render(message));
    get("message").hidden = false;
    if (focus) {
      history.replaceState(null, "", `#${id}`);
      get("message-title").focus();
      get("message").scrollIntoView();
    }
    follow(id, JSON.stringify(message));
  } catch (problem) {
    get("problem").textContent = problem.message;
  }
}

function follow(id, drawn) {
  live?.close();
  live = new EventSource(`v1/stream?id=${id}`);
  live.addEventListener("message", (event) => {
    const message = JSON.parse(event.data);
    // It begins, each time that it is connected, with what may be on the page already: what a person made there is to stay.
    const news = JSON.stringify(message);
    if (shown !== id || news === drawn) return;
    drawn = news;
    get("message-body").replaceChildren(...render(message));
    get("message-body").classList.remove("fresh");
    requestAnimationFrame(() => get("message-body").classList.add("fresh"));
  });
}

// Searching.

let wanted = "";

async function search(text) {
  get("problem").textContent = "";
  wanted = "";
  const query = text.trim();
  try {
    if (/^0x[0-9a-fA-F]{64}$/.test(query)) {
      const [byId, byTx] = await Promise.all([ask(`v1/messages?id=${query}`), ask(`v1/messages?tx=${query}&limit=200`)]);
      const found = byId.messages.length ? byId : byTx;
      if (!byId.messages.length && byTx.messages.length) wanted = `&tx=${query}`;
      fillMessages(found);
      if (found.messages.length) await show(found.messages[0].id, true);
      else get("problem").textContent = "No message with this id, and none of this transaction, was seen. Is its block read yet?";
      return;
    }
    if (/^0x[0-9a-fA-F]{2,}$/.test(query)) {
      const [from, to] = await Promise.all([ask(`v1/messages?sender=${query}`), ask(`v1/messages?recipient=${query}`)]);
      const known = new Set(from.messages.map((m) => m.id));
      const messages = [...from.messages, ...to.messages.filter((m) => !known.has(m.id))];
      messages.sort((a, b) => b.seen_at - a.seen_at);
      fillMessages({ messages, next: null });
      if (!messages.length) get("problem").textContent = "No message from or to this account was seen.";
      wanted = null;
      return;
    }
    if (query) {
      get("problem").textContent = "That is no id, transaction or address: 0x and hexadecimal digits.";
      return;
    }
    fillMessages(await ask("v1/messages?limit=25"));
  } catch (problem) {
    get("problem").textContent = problem.message;
  }
}

get("search").addEventListener("submit", (event) => {
  event.preventDefault();
  search(get("query").value);
});
get("all").addEventListener("click", () => {
  get("query").value = "";
  search("");
});
get("more").addEventListener("click", async () => {
  try {
    fillMessages(await ask(`v1/messages?limit=25${wanted ?? ""}&before=${get("more").dataset.before}`), true);
  } catch (problem) {
    get("problem").textContent = problem.message;
  }
});

// How all of it is, as it changes.

let busy = false;

async function refresh() {
  if (busy) return;
  busy = true;
  try {
    const [lanes, chains, clients, outgoing] = await Promise.all(["lanes", "chains", "clients", "outgoing"].map((name) => ask(`v1/${name}`)));
    fillLanes(lanes);
    if (!document.querySelector("#chains details[open]")) fillChains(chains);
    fillClients(clients);
    fillOutgoing(outgoing);
    if (wanted === "" && !get("query").value) {
      const latest = await ask("v1/messages?limit=25");
      if (body("messages").rows.length <= 25) fillMessages(latest);
    }
  } catch (problem) {
    get("state").textContent = `cannot be asked: ${problem.message}`;
  } finally {
    busy = false;
  }
}

const all = new EventSource("v1/stream");
all.addEventListener("summary", (event) => {
  const summary = JSON.parse(event.data);
  const total = Object.values(summary.stages).reduce((sum, count) => sum + count, 0);
  get("state").textContent = `live: ${number(total)} messages; ${summary.unwell ? `${summary.unwell} roles make no progress` : "all roles make progress"}`;
  get("state").className = summary.unwell ? "bad" : "";
  refresh();
});
all.addEventListener("error", () => {
  get("state").textContent = "the relayer does not answer; trying again …";
  get("state").className = "bad";
});

search("");
refresh();
setInterval(refresh, 10000);
addEventListener("hashchange", () => show(location.hash.slice(1), true));
if (/^#0x[0-9a-fA-F]{64}$/.test(location.hash)) show(location.hash.slice(1), true);
