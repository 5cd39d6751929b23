// The form of a policy marks what differs from what it was filled with, and counts it; it works without.
document.addEventListener("input", function (event) {
  var form = event.target.closest("form[data-policy]");
  if (!form) return;
  var row = event.target.closest(".policy-row");
  if (row) row.classList.toggle("is-touched", touched(row));
  function touched(row) {
    return [].some.call(row.querySelectorAll("input, select"), function (field) {
      if (field.type === "checkbox") return field.checked !== field.defaultChecked;
      if (field.tagName === "SELECT") return !field.options[field.selectedIndex].defaultSelected;
      return field.value !== field.defaultValue;
    });
  }
});
