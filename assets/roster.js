// The roster: a click is sent without leaving the page, in order; arrow keys go from day to day.
(function () {
  var form = document.getElementById("roster-form");
  if (!form || !window.htmx) return;
  var last = null;

  function buttons() { return Array.from(form.querySelectorAll("button[value]")); }
  function named(value) { return form.querySelector("button[value='" + value + "']"); }
  // One way in with Tab, the arrows from there on.
  function rove(to) {
    buttons().forEach(function (button) { button.tabIndex = button === to ? 0 : -1; });
  }
  form.addEventListener("submit", function (event) {
    var button = event.submitter;
    event.preventDefault();
    if (!button || !button.value) return;
    var values = {};
    values[button.name] = button.value;
    last = button.value;
    button.classList.add("is-sent");
    htmx.ajax("POST", form.getAttribute("action"), { source: form, values: values, swap: "outerHTML" });
  });
  document.addEventListener("htmx:afterSettle", function () {
    var button = last && named(last), at = document.activeElement;
    if (button && (!at || at === document.body)) button.focus({ preventScroll: true });
    rove(button || buttons()[0]);
  });
  // However a request ended, its button can be pressed again.
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.successful) return;
    form.querySelectorAll(".is-sent").forEach(function (button) { button.classList.remove("is-sent"); });
  });
  form.addEventListener("focusin", function (event) {
    if (event.target.value) rove(event.target);
  });
  form.addEventListener("keydown", function (event) {
    var steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    var step = steps[event.key], cell = event.target.closest("td");
    if (!step || !cell || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    var rows = Array.from(cell.closest("tbody").rows), row = rows.indexOf(cell.parentElement), column = cell.cellIndex;
    for (;;) {
      row += step[0];
      column += step[1];
      if (!rows[row] || !rows[row].cells[column]) return;
      var next = rows[row].cells[column].querySelector("button[value]");
      if (next) { next.focus(); return; }
    }
  });
  rove(buttons()[0]);
})();
