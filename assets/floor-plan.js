// Tables and fixtures are dragged to another place of the plan; without this they are chosen, then the place is tapped.
(function () {
  var HOLD = 250, START = 6; // a finger rests so many ms before it drags, a mouse moves so many px
  var held = null; // what is under the finger, and once it drags: where it would go

  function cellAt(x, y) {
    var cells = document.querySelectorAll("#floor [data-cell]"), best = null;
    cells.forEach(function (cell) {
      var box = cell.getBoundingClientRect();
      if (x >= box.left && x < box.right && y >= box.top && y < box.bottom) best = cell;
    });
    return best && best.dataset.cell.split("-").map(Number);
  }
  function clear() {
    document.querySelectorAll("#floor .is-target, #floor .is-blocked").forEach(function (cell) {
      cell.classList.remove("is-target", "is-blocked");
    });
  }
  function size(thing) { return [Number(thing.dataset.width), Number(thing.dataset.height)]; }
  function begin() {
    held.drags = true;
    held.thing.classList.add("is-dragged");
    var at = cellAt(held.x, held.y) || [Number(held.thing.dataset.column), Number(held.thing.dataset.row)];
    held.grip = [at[0] - Number(held.thing.dataset.column), at[1] - Number(held.thing.dataset.row)];
    if (held.thing.setPointerCapture) {
      try { held.thing.setPointerCapture(held.pointer); } catch (lost) { end(); }
    }
  }
  function over(x, y) {
    held.thing.style.transform = "translate(" + (x - held.x) + "px," + (y - held.y + window.scrollY - held.scroll) + "px)";
    clear();
    var at = cellAt(x, y);
    held.target = null;
    if (!at) return;
    var columns = size(held.thing)[0], rows = size(held.thing)[1];
    var column = Math.min(Math.max(at[0] - held.grip[0], 1), 7 - columns), row = Math.max(at[1] - held.grip[1], 1);
    var isFree = true, cells = [];
    document.querySelectorAll("#floor .thing").forEach(function (other) {
      if (other === held.thing) return;
      var left = Number(other.dataset.column), top = Number(other.dataset.row), wide = size(other)[0], high = size(other)[1];
      if (left < column + columns && column < left + wide && top < row + rows && row < top + high) isFree = false;
    });
    for (var x0 = column; x0 < column + columns; x0++) for (var y0 = row; y0 < row + rows; y0++) {
      var cell = document.querySelector("#floor [data-cell='" + x0 + "-" + y0 + "']");
      if (cell) cells.push(cell);
    }
    cells.forEach(function (one) { one.classList.add(isFree ? "is-target" : "is-blocked"); });
    held.target = [column, row];
  }
  function end() {
    if (!held) return;
    window.clearTimeout(held.timer);
    held.thing.classList.remove("is-dragged");
    held.thing.style.transform = "";
    held = null;
    clear();
  }
  function send(thing, target) {
    var form = document.getElementById("mover"), cell = document.createElement("input");
    form.elements.kind.value = thing.dataset.kind;
    form.elements.thing.value = thing.dataset.thing;
    form.elements.seen.value = thing.dataset.seen;
    form.querySelectorAll("input[name=cell]").forEach(function (old) { old.remove(); });
    cell.type = "hidden";
    cell.name = "cell";
    cell.value = target[0] + "-" + target[1];
    form.appendChild(cell);
    form.requestSubmit();
  }
  document.addEventListener("pointerdown", function (event) {
    var thing = event.target.closest("#floor .thing");
    if (!thing || event.button || !event.isPrimary) return;
    held = { thing: thing, x: event.clientX, y: event.clientY, scroll: window.scrollY, pointer: event.pointerId, touch: event.pointerType === "touch", drags: false, target: null };
    if (held.touch) held.timer = window.setTimeout(function () { if (held) begin(); }, HOLD);
  });
  document.addEventListener("pointermove", function (event) {
    if (!held || event.pointerId !== held.pointer) return;
    if (!held.drags) {
      if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < START) return;
      if (held.touch) { end(); return; } // a finger that moves at once scrolls
      begin();
    }
    if (held) over(event.clientX, event.clientY);
  });
  // While a finger drags, the page stays where it is.
  document.addEventListener("touchmove", function (event) { if (held && held.drags) event.preventDefault(); }, { passive: false });
  document.addEventListener("pointerup", function (event) {
    if (!held || event.pointerId !== held.pointer) return;
    var thing = held.thing, target = held.target, drags = held.drags;
    end();
    if (!drags) return;
    // The click that follows a drag opens nothing.
    thing.addEventListener("click", function (click) { click.preventDefault(); click.stopPropagation(); }, { capture: true, once: true });
    var isMoved = target && (target[0] !== Number(thing.dataset.column) || target[1] !== Number(thing.dataset.row));
    if (isMoved) send(thing, target);
  });
  document.addEventListener("pointercancel", end);
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") end(); });
  document.addEventListener("contextmenu", function (event) { if (held && held.touch) event.preventDefault(); });
  document.addEventListener("dragstart", function (event) { if (event.target.closest("#floor")) event.preventDefault(); });
})();
