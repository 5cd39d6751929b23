// The few things HTML does not do by itself; every page works without them.
document.addEventListener("click", function (event) {
  // A row of payslips: loaded at the first click (again where that failed), then folded and unfolded here.
  var button = event.target.closest(".btn-unfold");
  if (button) {
    var rows = button.closest("tbody").querySelectorAll(".unfolded");
    var isOpen = rows.length > 0 && !rows[0].hidden;
    if (rows.length === 0 && window.htmx) htmx.trigger(button, "unfold");
    rows.forEach(function (row) { row.hidden = isOpen; });
    button.setAttribute("aria-expanded", String(rows.length > 0 && !isOpen));
  }
  // A menu closes when somebody taps elsewhere.
  document.querySelectorAll("details.account[open], details.more-places[open]").forEach(function (menu) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  });
});
document.addEventListener("htmx:afterSwap", function (event) {
  var button = event.target.querySelector && event.target.querySelector(".btn-unfold");
  if (button && event.target.querySelector(".unfolded")) button.setAttribute("aria-expanded", "true");
});
document.addEventListener("keydown", function (event) {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details.account[open], details.more-places[open]").forEach(function (menu) {
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
  });
});
// A list that asks for news by itself waits while a menu in it is open; the menu closes when one taps elsewhere.
document.addEventListener("htmx:beforeRequest", function (event) {
  var list = event.target;
  if (list.hasAttribute("data-news") && list.querySelector("details.more[open]")) event.preventDefault();
});
document.addEventListener("click", function (event) {
  document.querySelectorAll("details.more[open]").forEach(function (menu) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  });
});
// --- booking a table: the sheet says what was chosen; the moment of the tap goes with the form ---
(function () {
  function show() {
    var form = document.getElementById("booking");
    if (!form) return;
    var table = form.querySelector("[name=table]:checked"), guest = form.querySelector("[name=guest]:checked");
    var isNew = guest && guest.value === "new";
    var name = guest && !isNew ? guest.dataset.name : form.elements.guest_name.value || form.elements.q.value;
    var slot = form.elements.slot.value;
    var parts = [table && table.value, name, slot === "other" ? form.elements.clock.value : slot];
    var summary = document.getElementById("summary");
    summary.textContent = "";
    parts.filter(Boolean).forEach(function (part, place) {
      if (place) summary.appendChild(document.createElement("i")).className = "dot";
      summary.appendChild(document.createTextNode(part));
    });
    if (!table) return;
    document.getElementById("chosen-table").textContent = table.value;
    document.getElementById("seats").textContent = table.dataset.seats;
    document.getElementById("chosen-seats").hidden = false;
  }
  document.addEventListener("change", function (event) {
    var form = event.target.closest("#booking");
    if (!form) return;
    if (event.target.name === "table") {
      event.target.closest(".tile").scrollIntoView({block: "nearest"});
      if (!form.querySelector("[name=guest]:checked")) form.elements.q.focus({preventScroll: true});
    }
    if (event.target.name === "guest" && event.target.value === "new") {
      var typed = form.elements.q.value.trim(), isPhone = /^[+\d][\d\s-]{4,}$/.test(typed);
      var field = isPhone ? form.elements.guest_phone : form.elements.guest_name;
      if (typed && !field.value) field.value = typed;
      (isPhone || !typed ? form.elements.guest_name : form.elements.guest_phone).focus();
    }
    show();
  });
  document.addEventListener("input", show);
  document.addEventListener("htmx:afterSettle", show);
  document.addEventListener("DOMContentLoaded", function () {
    var table = document.querySelector("#booking [name=table]:checked");
    var told = document.querySelector("main .question, main .notice.error, main .invalid, main [aria-invalid=true]");
    if (table && !told) table.closest(".tile").scrollIntoView({block: "nearest"}); // what is told stays in sight
    show();
  });
  window.addEventListener("pageshow", show);
  document.addEventListener("submit", function (event) {
    var moment = event.target.elements.tapped_at;
    if (moment) moment.value = new Date().toISOString();
  }, true);
  // «now» goes on while the page is looked at: the server's time, in the venue's zone.
  var since = performance.now();
  function tick() {
    var line = document.getElementById("counts-from");
    if (!line) return;
    var zone = document.getElementById("booking").dataset.zone;
    var clock = new Intl.DateTimeFormat("en-GB", {hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone});
    var now = Date.parse(line.dataset.now) + performance.now() - since;
    line.querySelector(".moment-now").textContent = clock.format(now);
    line.querySelector(".moment-then").textContent = clock.format(now + line.dataset.lead * 60000);
  }
  window.setInterval(tick, 5000);
})();
// --- end of booking ---
// --- tonight: the board is renewed under who works in it; decisions by key ---
(function () {
  function items() { return Array.from(document.querySelectorAll(".queue [data-item]")); }
  function focused() { return document.querySelector(".queue [data-item].is-focused"); }
  function isTyping(target) { return target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"); }
  function isShown(element) { return element && element.checkVisibility ? element.checkVisibility() : !!element; }
  // The ring, the filled button and the key signs are at the item that the keys act on; «none» where there is none.
  function focusOn(item) {
    items().forEach(function (one) {
      one.classList.toggle("is-focused", one === item);
      var approve = one.querySelector("[name=approve]");
      if (approve) approve.classList.toggle("btn-primary", one === item);
    });
  }
  ["focusin", "click"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var item = event.target.closest(".queue [data-item]");
      if (item && item !== focused()) focusOn(item);
    });
  });
  function move(step) {
    var list = items(), place = list.indexOf(focused()) + step;
    if (!focused()) place = 0;
    if (place < 0 || place >= list.length) return;
    list.forEach(function (item) { item.querySelector("details").open = item === list[place]; });
    focusOn(list[place]);
    list[place].focus();
  }
  // What is not to be seen is shown first, then done.
  function press(item, button) {
    if (!button) return;
    if (isShown(button)) button.click();
    else item.querySelector("details").open = true;
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    var key = event.key.toLowerCase();
    var link = /^[a-z]$/.test(key) && document.querySelector("[data-key='" + key + "']");
    var item = focused(), isMove = key === "j" || key === "k";
    if (link) { if (!event.repeat) link.click(); }
    else if (!items().length) return;
    else if (isMove) move(key === "j" ? 1 : -1);
    else if (key !== "a" && key !== "r" && (key !== " " || event.target.closest("button, a, summary, input"))) return;
    else if (item && !event.repeat) {
      if (key === "a") press(item, item.querySelector("[name=approve]"));
      else if (key === "r") {
        var why = item.querySelector("[name=reason]");
        if (why) { item.querySelector("details").open = true; why.focus(); }
      } else {
        var box = item.querySelector("[name=item]");
        if (box) box.checked = !box.checked;
      }
    }
    event.preventDefault();
  });
  // The board waits with its news while somebody types in it.
  function waits(event) {
    var at = document.activeElement, board = document.getElementById("board");
    if (event.detail.target !== board || !board || event.detail.requestConfig.verb !== "get") return false;
    return document.hidden || (board.contains(at) && isTyping(at));
  }
  document.addEventListener("htmx:beforeRequest", function (event) { if (waits(event)) event.preventDefault(); });
  // Whatever renews it: what is typed, ticked, open and in focus stays, as long as it stands for the same.
  var before = null;
  document.addEventListener("htmx:beforeSwap", function (event) {
    var board = document.getElementById("board"), at = document.activeElement;
    if (!board || event.detail.target !== board || !event.detail.shouldSwap) return;
    if (waits(event)) { event.detail.shouldSwap = false; return; }
    var item = at && at.closest("[data-item]");
    before = {
      verb: event.detail.requestConfig.verb,
      form: event.detail.elt.id,
      texts: Array.from(board.querySelectorAll("input[id][name=reason]")).map(function (one) { return [one.id, one.value]; }),
      ticks: Array.from(board.querySelectorAll("[name=item]:checked")).map(function (one) { return one.value; }),
      known: items().map(function (one) { return [one.dataset.item, one.querySelector("details").open]; }),
      ring: focused() && focused().dataset.item,
      at: at && board.contains(at) ? at.id : "",
      item: item && item.dataset.item,
      caret: at && at.name === "reason" ? [at.selectionStart, at.selectionEnd] : null,
    };
  });
  function itemOf(name) { return name && document.querySelector(".queue [data-item='" + name + "']"); }
  document.addEventListener("htmx:afterSwap", function () {
    var kept = before, board = document.getElementById("board");
    before = null;
    if (!kept || !board) return;
    var ticks = Array.from(board.querySelectorAll("[name=item]")).filter(function (box) { return kept.ticks.indexOf(box.value) >= 0; });
    ticks.forEach(function (box) { box.checked = true; });
    var isDone = kept.verb === "post" && kept.form === "several" && !ticks.length;
    kept.texts.forEach(function (text) {
      var field = document.getElementById(text[0]);
      if (field && !(isDone && field.id === "why-several")) field.value = text[1];
    });
    var stays = itemOf(kept.ring), first = items()[0];
    if (stays || kept.verb !== "post") { // else the keys go on with what is first now
      kept.known.forEach(function (one) {
        var item = itemOf(one[0]);
        if (item) item.querySelector("details").open = one[1];
      });
      if (first && !kept.known.some(function (one) { return one[0] === first.dataset.item; })) first.querySelector("details").open = false;
      if (kept.known.length || !first) focusOn(stays);
    }
    var at = kept.at && document.getElementById(kept.at), item = stays || (kept.verb === "post" ? first : null);
    if (at) {
      at.focus({ preventScroll: true });
      if (kept.caret) at.setSelectionRange(kept.caret[0], kept.caret[1]);
    } else if (item && (kept.item || kept.verb === "post")) item.focus({ preventScroll: true });
  });
})();
// A key that is held acts once: the browser presses a button for each of its repetitions.
document.addEventListener("keydown", function (event) {
  if (event.repeat && event.key === "Enter" && event.target.closest("button, summary, a, input, select")) event.preventDefault();
}, true);
// The worker keeps static files and the page for when there is no network; without it all the same works.
if ("serviceWorker" in navigator) {
  window.addEventListener("load", function () {
    navigator.serviceWorker.register("/sw.js").catch(function () {});
  });
}
