// What the pages do beyond links and forms: live rows, times that stay right, keys, a question before what cannot be undone.
// Nothing here is needed for reading, and nothing here makes markup from text: rows come escaped from the server.
"use strict";

(() => {
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));

  // Times: "3 min ago" that stays true, and the exact moment in the reader's own time behind it.
  const age = (moment) => {
    const seconds = Math.max(0, Math.floor((Date.now() - moment) / 1000));
    if (seconds < 10) return "just now";
    if (seconds < 120) return `${seconds} s ago`;
    if (seconds < 7200) return `${Math.floor(seconds / 60)} min ago`;
    if (seconds < 172800) return `${Math.floor(seconds / 3600)} h ago`;
    return `${Math.floor(seconds / 86400)} d ago`;
  };
  const tellTimes = (root = document) => {
    for (const element of all("time[datetime]", root)) {
      const moment = Date.parse(element.dateTime);
      if (Number.isNaN(moment)) continue;
      const local = new Date(moment);
      element.title = local.toLocaleString();
      if (element.classList.contains("clock")) element.textContent = local.toLocaleTimeString();
      else if (/ago$|^just now$/.test(element.textContent)) element.textContent = age(moment);
    }
  };
  tellTimes();
  setInterval(tellTimes, 15000);

  // A question before what cannot be undone.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = form.dataset.confirm;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      return;
    }
    if (form.method === "post") {
      // The button that was pressed must be sent, so it is blocked only after the form has gone.
      setTimeout(() => all("button", form).forEach((button) => { button.disabled = true; }), 0);
    }
  });
  window.addEventListener("pageshow", () => all("form button").forEach((button) => { button.disabled = false; }));

  // A whole row leads where its link leads.
  document.addEventListener("click", (event) => {
    const row = event.target.closest("table.events tbody tr");
    if (!row || event.target.closest("a, button, input") || String(window.getSelection())) return;
    find("a.row", row)?.click();
  });

  // Typing a name into a list means the list.
  for (const area of all("fieldset textarea")) {
    area.addEventListener("input", () => {
      const choice = find("input[type=radio][value=list]", area.closest("fieldset"));
      if (choice) choice.checked = true;
    });
  }

  // Live rows.
  const table = find("table.events[data-live]");
  const state = find("#live");
  const pause = find("#pause");
  const connection = find("#connection");
  const maximumRows = 200;
  let held = [];
  let isPaused = false;

  const pending = (number) => {
    const badge = find("[data-pending]");
    if (!badge) return;
    badge.hidden = number === 0;
    badge.textContent = String(number);
  };

  if (table && window.EventSource) {
    const body = find("tbody", table);
    const known = new Set(all("tr", body).map((row) => row.dataset.cursor));
    const separator = table.dataset.live.includes("?") ? "&" : "?";
    let source = null;
    let seen = table.dataset.after;
    let isLost = false;

    const show = (text, kind) => {
      state.hidden = false;
      state.textContent = text;
      state.className = `live ${kind}`;
    };
    const insert = (html) => {
      const template = document.createElement("template");
      template.innerHTML = `<table><tbody>${html}</tbody></table>`;
      const row = find("tr", template.content);
      if (!row || known.has(row.dataset.cursor)) return;
      known.add(row.dataset.cursor);
      row.classList.add("new");
      tellTimes(row);
      find("#empty")?.remove();
      table.hidden = false;
      body.prepend(row);
      while (body.rows.length > maximumRows) {
        known.delete(body.rows[body.rows.length - 1].dataset.cursor);
        body.deleteRow(-1);
      }
    };
    const flush = () => {
      const rows = held;
      held = [];
      rows.forEach(insert);
    };
    const connect = () => {
      source = new EventSource(`${table.dataset.live}${separator}after=${encodeURIComponent(seen)}`);
      source.addEventListener("open", () => {
        isLost = false;
        connection.hidden = true;
        show(isPaused ? "paused" : "live", isPaused ? "paused" : "");
      });
      source.addEventListener("record", (event) => {
        seen = event.lastEventId || seen;
        held.push(event.data);
        // While nobody looks only the newest are kept.
        if (held.length > maximumRows) held.shift();
        if (isPaused) show(`paused, ${held.length} new`, "paused");
        else if (!document.hidden) flush();
      });
      source.addEventListener("seen", (event) => { seen = event.data; });
      source.addEventListener("pending", (event) => pending(Number(event.data)));
      source.addEventListener("skipped", () => {
        if (!isPaused) show("live, shortened", "");
      });
      source.addEventListener("error", () => {
        if (!isLost) {
          isLost = true;
          connection.hidden = false;
          connection.textContent = "Connection lost. Trying again …";
          show("not live", "lost");
        }
        // The browser tries again by itself, unless it was refused: then the session has ended, or the server is full.
        if (source.readyState === EventSource.CLOSED) setTimeout(check, 3000);
      });
    };
    const check = async () => {
      try {
        const answer = await fetch("/dashboard/events", { method: "HEAD", redirect: "manual" });
        if (answer.type === "opaqueredirect" || answer.status === 401) {
          connection.textContent = "You are logged out. Reload the page to log in.";
          return;
        }
      } catch { /* Not there yet. */ }
      source.close();
      connect();
    };
    pause.hidden = false;
    pause.addEventListener("click", () => {
      isPaused = !isPaused;
      pause.textContent = isPaused ? "Go on" : "Pause";
      show(isPaused ? "paused" : "live", isPaused ? "paused" : "");
      if (!isPaused) flush();
    });
    document.addEventListener("visibilitychange", () => { if (!document.hidden && !isPaused) flush(); });
    // What a browser keeps of a page that was left must not hold a stream.
    window.addEventListener("pagehide", () => source?.close());
    window.addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
    connect();
  }

  // Keys.
  const keys = [
    ["j, k", "next, previous event"], ["Enter", "open it"], ["Esc", "close it"], ["/", "search"],
    ["g then o, e, r, a, s", "overview, events, rules, agents, settings"], ["?", "this list"],
  ];
  const places = { o: "/dashboard", e: "/dashboard/events", r: "/dashboard/rules", a: "/dashboard/agents", s: "/dashboard/settings" };
  let isGoing = false;

  const help = () => {
    let dialog = find("#keys");
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.id = "keys";
      const title = document.createElement("h2");
      title.textContent = "Keys";
      const list = document.createElement("dl");
      for (const [key, meaning] of keys) {
        const term = document.createElement("dt");
        const word = document.createElement("kbd");
        word.textContent = key;
        term.append(word);
        const text = document.createElement("dd");
        text.textContent = meaning;
        list.append(term, text);
      }
      dialog.append(title, list);
      document.body.append(dialog);
    }
    dialog.showModal();
  };
  const move = (step) => {
    const links = all("table.events a.row");
    if (links.length === 0) return;
    let index = links.indexOf(document.activeElement);
    if (index < 0) index = links.findIndex((link) => link.closest("tr").classList.contains("selected"));
    const next = links[Math.min(links.length - 1, Math.max(0, index + step))];
    next.focus();
    next.closest("tr").scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, dialog")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (isGoing) {
      isGoing = false;
      if (places[event.key]) window.location.assign(places[event.key]);
      return;
    }
    switch (event.key) {
      case "j": move(1); break;
      case "k": move(-1); break;
      case "g":
        isGoing = true;
        setTimeout(() => { isGoing = false; }, 1200);
        break;
      case "/":
        event.preventDefault();
        find("#search")?.focus();
        break;
      case "?": help(); break;
      case "Escape": find(".detail .close")?.click(); break;
      default: break;
    }
  });
})();
