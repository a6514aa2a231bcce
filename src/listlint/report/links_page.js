
"use strict";
(() => {
  const CHUNK = 50; // rows that are drawn and forgotten together
  const plain = document.getElementById("plain");
  if (!plain) return;
  const source = plain.textContent;
  const place = document.getElementById("table");
  const form = document.getElementById("filters");
  const matches = document.getElementById("matches");
  const field = form.elements;

  let known, lines, head, columns, size;
  try {
    lines = source.trim().split("\n");
    head = lines.shift();
    lines.pop();
    known = JSON.parse(document.getElementById("keys").textContent);
    columns = known.columns;
    size = lines.length;
    if (columns.verdict.length !== size) throw new Error("rows and keys differ");
  } catch (error) { // rather the plain table than none
    place.innerHTML = source;
    throw error;
  }

  // --- the state lives in the address: #q=…&verdict=dead,unknown&reason=…&flag=…&host=…&sort=-ms

  const EMPTY = { q: "", verdict: "", reason: "", flag: "", host: "", sort: "" };
  let state = { ...EMPTY };

  const fromHash = (hash) => {
    const found = new URLSearchParams(hash.replace(/^#/, ""));
    const read = { ...EMPTY };
    for (const name of Object.keys(EMPTY)) read[name] = (found.get(name) || "").trim();
    const wanted = read.verdict.split(",");
    read.verdict = known.verdicts.filter((name) => wanted.includes(name)).join(",");
    if (!known.reasons.includes(read.reason)) read.reason = "";
    if (!known.flags.includes(read.flag)) read.flag = "";
    const key = read.sort.replace(/^-/, "");
    if (key === "bits" || !Object.hasOwn(columns, key)) read.sort = "";
    return read;
  };
  const toHash = (some) => {
    const said = new URLSearchParams();
    for (const name of Object.keys(EMPTY)) if (some[name]) said.set(name, some[name]);
    return said.size ? "#" + said.toString().replaceAll("%2C", ",") : "";
  };
  const isState = (hash) => hash === "" || hash.includes("=");

  // --- which rows, and in which order

  const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'" };
  let texts = null;
  const words = (at) => {
    texts ??= new Array(size);
    return (texts[at] ??= lines[at]
      .replace(/<[^>]*>/g, " ")
      .replace(/&(amp|lt|gt|quot|#x27);/g, (_, name) => ENTITIES[name])
      .toLowerCase());
  };

  const choose = () => {
    const verdicts = state.verdict ? new Set(state.verdict.split(",").map((v) => known.verdicts.indexOf(v))) : null;
    const reason = state.reason ? known.reasons.indexOf(state.reason) : -1;
    const bit = state.flag ? 1 << known.flags.indexOf(state.flag) : 0;
    const name = state.host.toLowerCase();
    const exact = known.hosts.indexOf(name);
    const hosts = name && new Set(exact >= 0 ? [exact] : known.hosts.flatMap((host, at) => (host.includes(name) ? [at] : [])));
    const sought = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [];
    for (let at = 0; at < size; at++) {
      if (verdicts && !verdicts.has(columns.verdict[at])) continue;
      if (reason >= 0 && columns.reason[at] !== reason) continue;
      if (bit && !(columns.bits[at] & bit)) continue;
      if (hosts && !hosts.has(columns.host[at])) continue;
      if (sought.length) {
        const text = words(at);
        if (!sought.every((word) => text.includes(word))) continue;
      }
      found.push(at);
    }
    return found;
  };

  const order = (found) => {
    if (!state.sort) return found;
    const down = state.sort.startsWith("-");
    const keys = columns[down ? state.sort.slice(1) : state.sort];
    const turn = down ? -1 : 1;
    return found.sort((a, b) => {
      const x = keys[a], y = keys[b];
      if (x === y) return a - b;
      if (x < 0) return 1; // what has no value comes last, whichever way
      if (y < 0) return -1;
      return x < y ? -turn : turn;
    });
  };

  // --- the table: chunks of rows are drawn as they come near the window, and forgotten far from it

  place.innerHTML = head + "</tbody></table>";
  const table = place.querySelector("table");
  table.querySelector("tbody").remove();
  table.setAttribute("role", "table");
  const width = table.querySelectorAll("th").length;
  let rows = [];
  let chunks = [];
  let average = 46;
  let printing = false;

  const space = (chunk) => {
    const tr = document.createElement("tr");
    tr.className = "space";
    tr.setAttribute("aria-hidden", "true");
    const td = tr.insertCell();
    td.style.height = chunk.height + "px";
    td.style.padding = td.style.border = "0";
    chunk.body.replaceChildren(tr);
    chunk.full = false;
  };

  const draw = (chunk) => {
    if (chunk.full) return;
    chunk.body.innerHTML = rows.slice(chunk.from, chunk.to).map((at) => lines[at]).join("");
    chunk.full = true;
    let at = chunk.from;
    for (const tr of chunk.body.rows) {
      tr.setAttribute("aria-rowindex", at + 2);
      tr.setAttribute("role", "row"); // said again for the narrow form, which is no table to some readers
      for (const td of tr.cells) td.setAttribute("role", "cell");
      const cell = tr.cells[3];
      const host = known.hosts[columns.host[rows[at]]];
      if (host) {
        const link = document.createElement("a");
        link.href = toHash({ ...state, host });
        link.textContent = cell.textContent;
        cell.replaceChildren(link);
      }
      at++;
    }
  };

  const forget = (chunk) => {
    if (!chunk.full || printing || chunk.body.contains(document.activeElement) || chunk.body.querySelector("details[open]")) return;
    const height = chunk.body.offsetHeight;
    if (height) {
      chunk.height = height;
      average += (height / (chunk.to - chunk.from) - average) / 4;
    }
    space(chunk);
  };

  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const chunk = entry.target.chunk;
      chunk.near = entry.isIntersecting;
      if (chunk.near) draw(chunk);
      else forget(chunk);
    }
  }, { rootMargin: "1500px 0px" });

  const lay = () => {
    watcher.disconnect();
    for (const chunk of chunks) chunk.body.remove();
    chunks = [];
    const all = document.createDocumentFragment();
    for (let from = 0; from < rows.length; from += CHUNK) {
      const to = Math.min(from + CHUNK, rows.length);
      const chunk = { from, to, full: false, near: false, height: Math.round(average * (to - from)) };
      chunk.body = document.createElement("tbody");
      chunk.body.setAttribute("role", "rowgroup");
      chunk.body.chunk = chunk;
      if (from === 0) draw(chunk);
      else space(chunk);
      chunks.push(chunk);
      all.append(chunk.body);
    }
    if (!rows.length) {
      const body = document.createElement("tbody");
      const td = body.insertRow().insertCell();
      td.colSpan = width - 1; // the host may be hidden, and a span beyond the columns would make one
      td.className = "none";
      td.textContent = "No link matches.";
      chunks.push({ body, full: true, near: true, from: 0, to: 0 });
      all.append(body);
    }
    table.append(all);
    table.setAttribute("aria-rowcount", rows.length + 1);
    if (rows.length) for (const chunk of chunks) watcher.observe(chunk.body);
  };

  // --- showing the state

  const titles = {};
  for (const th of table.querySelectorAll("th")) th.dataset.title = [...th.children].map((span) => span.textContent).join(" / ");
  for (const span of table.querySelectorAll("th [data-key]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.key = span.dataset.key;
    button.textContent = titles[span.dataset.key] = span.textContent;
    button.addEventListener("click", () => {
      const key = button.dataset.key;
      change({ sort: state.sort === key ? "-" + key : state.sort === "-" + key ? "" : key });
    });
    span.replaceWith(button);
  }

  const mark = () => {
    const down = state.sort.startsWith("-");
    const key = state.sort.replace(/^-/, "");
    for (const th of table.querySelectorAll("th")) {
      th.removeAttribute("aria-sort");
      for (const button of th.querySelectorAll("button")) {
        const here = button.dataset.key === key;
        button.dataset.turn = here ? (down ? "down" : "up") : "";
        button.setAttribute("aria-pressed", here);
        button.title = here
          ? (down ? "Back to the first order" : "Sort by this, descending")
          : "Sort by " + titles[button.dataset.key].toLowerCase().replace("url", "URL");
        if (here) th.setAttribute("aria-sort", down ? "descending" : "ascending");
      }
    }
    if (field.q.value.trim() !== state.q) field.q.value = state.q;
    if (field.host.value.trim() !== state.host) field.host.value = state.host;
    for (const box of field.verdict) box.checked = state.verdict.split(",").includes(box.value);
    field.reason.value = state.reason;
    if (state.reason && field.reason.selectedIndex < 0) field.reason.append(new Option(state.reason, state.reason, false, true));
    field.flag.value = state.flag;
    if (state.flag && field.flag.selectedIndex < 0) field.flag.append(new Option(state.flag, state.flag, false, true));
    field.sort.value = key || "verdict";
    field.turn.setAttribute("aria-pressed", down);
    const filters = toHash({ ...state, sort: "" });
    for (const link of document.querySelectorAll("main > :not(.links) a[href^='#']")) {
      const same = filters !== "" && toHash({ ...fromHash(link.hash), sort: "" }) === filters;
      if (same) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const number = (value) => value.toLocaleString("en");
    matches.textContent = rows.length === size
      ? `${number(size)} ${size === 1 ? "link" : "links"}`
      : `${number(rows.length)} of ${number(size)} links`;
  };

  const show = () => {
    rows = order(choose());
    lay();
    mark();
  };

  const section = document.getElementById("links");
  const toTop = () => {
    const top = section.getBoundingClientRect().top;
    if (top < 0) window.scrollBy(0, top);
  };

  const change = (some) => {
    const next = fromHash(toHash({ ...state, ...some }));
    if (toHash(next) === toHash(state)) return;
    state = next;
    const address = location.href.replace(/#.*$/, "") + toHash(state);
    try {
      history.replaceState(null, "", address);
    } catch { /* some browsers limit how often; the page is right all the same */ }
    show();
    toTop();
  };

  // --- what people do

  let typing = 0;
  const later = (what) => {
    clearTimeout(typing);
    typing = setTimeout(what, 120);
  };
  const read = () => change({
    q: field.q.value,
    host: field.host.value,
    reason: field.reason.value,
    flag: field.flag.value,
    verdict: [...field.verdict].filter((box) => box.checked).map((box) => box.value).join(","),
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); read(); });
  form.addEventListener("input", (event) => {
    if (event.target === field.q || event.target === field.host) later(read);
    else if (event.target === field.sort) change({ sort: field.sort.value });
    else read();
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    clearTimeout(typing);
    field.q.value = field.host.value = "";
    change(EMPTY);
    field.q.focus();
  });
  field.turn.addEventListener("click", () => {
    const key = state.sort.replace(/^-/, "") || "verdict";
    change({ sort: state.sort.startsWith("-") ? key : "-" + key });
  });
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !/^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName)) {
      event.preventDefault();
      field.q.focus();
      field.q.select();
    } else if (event.key === "Escape" && at === field.q && field.q.value) {
      field.q.value = "";
      read();
    }
  });
  window.addEventListener("hashchange", () => {
    if (!isState(location.hash)) return;
    state = fromHash(location.hash);
    show();
    section.scrollIntoView();
  });

  // --- printing: paper does not scroll or unfold

  const unfolded = [];
  window.addEventListener("beforeprint", () => {
    printing = true;
    chunks.forEach(draw);
    for (const folded of table.querySelectorAll("details:not([open])")) {
      folded.open = true;
      unfolded.push(folded);
    }
  });
  window.addEventListener("afterprint", () => {
    printing = false;
    for (const folded of unfolded.splice(0)) folded.open = false;
    for (const chunk of chunks) if (!chunk.near) forget(chunk);
  });

  // --- start

  document.documentElement.classList.add("js");
  form.hidden = false;
  const counts = new Map();
  for (const at of columns.host) counts.set(at, (counts.get(at) || 0) + 1);
  const names = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 500);
  document.getElementById("host-names").append(...names.map(([at]) => new Option(known.hosts[at])));
  new ResizeObserver(() => {
    const sticky = getComputedStyle(form).position === "sticky";
    document.documentElement.style.setProperty("--bar", (sticky ? form.offsetHeight : 0) + "px");
  }).observe(form);
  if (isState(location.hash)) state = fromHash(location.hash);
  show();
  if (location.hash.includes("=")) section.scrollIntoView();
})();
