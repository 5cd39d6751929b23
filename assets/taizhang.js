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
// A second tap on a form that is being sent is one tap.
document.addEventListener("submit", function (event) {
  if (event.target.dataset.sent) event.preventDefault();
  else if (event.target.method === "post") event.target.dataset.sent = "1";
});
window.addEventListener("pageshow", function () {
  document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
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
    if (table) table.closest(".tile").scrollIntoView({block: "nearest"});
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
// --- tonight: the board waits with its news while somebody is at work in it; decisions by key ---
(function () {
  function items() { return Array.from(document.querySelectorAll(".queue [data-item]")); }
  function focused() { return document.querySelector(".queue [data-item].is-focused") || items()[0]; }
  function isTyping(target) { return target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]"); }
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.target.id !== "board" || event.detail.requestConfig.verb !== "get") return;
    var at = document.activeElement, board = event.target;
    var isBusy = board.querySelector("[name=item]:checked") || (board.contains(at) && isTyping(at));
    if (isBusy || document.hidden) event.preventDefault();
  });
  function move(step) {
    var list = items(), place = list.indexOf(focused()) + step;
    if (place < 0 || place >= list.length) return;
    list.forEach(function (item) { item.classList.toggle("is-focused", item === list[place]); });
    list.forEach(function (item) { item.querySelector("details").open = item === list[place]; });
    list[place].focus();
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    var key = event.key.toLowerCase();
    var link = /^[a-z]$/.test(key) && document.querySelector("[data-key='" + key + "']");
    var item = document.querySelector(".queue") && focused();
    if (link) link.click();
    else if (!item) return;
    else if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
    else if (key === "a") { var yes = item.querySelector("[name=approve]"); if (yes) yes.click(); }
    else if (key === "r") {
      var why = item.querySelector("[name=reason]");
      if (why) { item.querySelector("details").open = true; why.focus(); }
    } else if (key === " " && !event.target.closest("button, a, summary, input")) {
      var box = item.querySelector("[name=item]");
      if (box) box.checked = !box.checked;
    } else return;
    event.preventDefault();
  });
  // After a decision the keys go on with what is first now.
  document.addEventListener("htmx:afterSwap", function (event) {
    var verb = event.detail.requestConfig && event.detail.requestConfig.verb;
    if (verb === "post" && document.querySelector(".queue") && items()[0]) items()[0].focus({ preventScroll: true });
  });
})();
// Without a network a form stays filled in and says that it was not sent.
function tellNotSent(form) {
  delete form.dataset.sent;
  if (form.querySelector(".notice.not-sent")) return;
  var notice = document.getElementById("not-sent").content.firstElementChild.cloneNode(true);
  notice.classList.add("not-sent");
  form.prepend(notice);
  notice.scrollIntoView({ block: "nearest" });
}
document.addEventListener("submit", function (event) {
  if (navigator.onLine || event.target.method !== "post") return;
  event.preventDefault();
  tellNotSent(event.target);
});
document.addEventListener("htmx:sendError", function (event) {
  var form = event.detail.elt.closest("form");
  if (form && event.detail.requestConfig.verb !== "get") tellNotSent(form);
});
window.addEventListener("online", function () {
  document.querySelectorAll(".notice.not-sent").forEach(function (notice) { notice.remove(); });
});
// The worker keeps static files and the page for when there is no network; without it all the same works.
if ("serviceWorker" in navigator) {
  window.addEventListener("load", function () {
    navigator.serviceWorker.register("/sw.js").catch(function () {});
  });
}
