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
  document.querySelectorAll("details.account[open]").forEach(function (menu) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  });
});
document.addEventListener("htmx:afterSwap", function (event) {
  var button = event.target.querySelector && event.target.querySelector(".btn-unfold");
  if (button && event.target.querySelector(".unfolded")) button.setAttribute("aria-expanded", "true");
});
document.addEventListener("keydown", function (event) {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details.account[open]").forEach(function (menu) {
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
