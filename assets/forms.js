// What becomes of a form, on every page: sent once, said where it failed, there again after a session that had ended.
(function () {
  var LONGEST = 35000; // ms: no answer takes longer; then a form can be sent again, whatever became of it
  var signIn = document.body.dataset.signIn, here = location.pathname + location.search;

  // --- sent once ----------------------------------------------------------------------------------------
  function release(form) { if (form && form.dataset) delete form.dataset.sent; }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent || !navigator.onLine) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!form.dataset.sent) tell("offline", "post");
      return;
    }
    if (form.hasAttribute("hx-sync")) return; // sends one after the other, by itself
    form.dataset.sent = "1";
    remember(form);
    window.setTimeout(function () { release(form); }, LONGEST);
    if (form.hasAttribute("data-forget")) forget();
    else if (user && !form.hasAttribute("hx-post")) keep([form], "");
  }, true);
  ["htmx:afterRequest", "htmx:validation:halted"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var from = event.detail.elt || event.target;
      if (from.tagName === "FORM") release(from);
    });
  });
  window.addEventListener("pageshow", function () { document.querySelectorAll("form[data-sent]").forEach(release); });

  // --- said where it failed -----------------------------------------------------------------------------
  function tell(kind, verb) {
    var region = document.getElementById("failed"), texts = document.getElementById("failures");
    if (verb === "get" && kind !== "out") kind = "news";
    if (region.dataset.kind === kind && region.firstChild) return;
    var notice = texts.content.querySelector("[data-failure=" + kind + "]").cloneNode(true);
    region.replaceChildren(notice);
    region.dataset.kind = kind;
    region.dataset.verb = verb;
  }
  function untell() {
    var region = document.getElementById("failed");
    region.replaceChildren();
    delete region.dataset.kind;
  }
  function kindOf(status) {
    if (status === 401) return "out";
    if (status === 403) return "refused";
    if (status === 404 || status === 410) return "gone";
    return status < 500 ? "wrong" : "broken";
  }
  function verbOf(event) { return event.detail.requestConfig ? event.detail.requestConfig.verb : "get"; }
  document.addEventListener("htmx:responseError", function (event) {
    tell(kindOf(event.detail.xhr.status), verbOf(event));
  });
  ["htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function (event) { tell(navigator.onLine ? "silent" : "offline", verbOf(event)); });
  });
  // A page of the sign-in is no answer to a part of a page.
  function isSignIn(event) {
    var came = event.detail.xhr && event.detail.xhr.responseURL;
    return !!came && new URL(came).pathname === signIn;
  }
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (!isSignIn(event)) return;
    event.detail.shouldSwap = false;
    tell("out", verbOf(event));
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    var told = document.getElementById("failed").dataset;
    if (!event.detail.successful || isSignIn(event)) return;
    if (told.kind === "out" || told.verb === verbOf(event)) untell();
  });
  window.addEventListener("online", function () {
    if (document.getElementById("failed").dataset.kind === "offline") untell();
  });
  document.addEventListener("click", function (event) {
    var way = event.target.closest("#failed [data-way]");
    if (!way) return;
    event.preventDefault();
    keep(Array.from(document.forms), way.dataset.way);
    if (way.dataset.way === "again") location.reload();
    else location.assign(signIn + "?next=" + encodeURIComponent(here));
  });

  // --- said at its field ----------------------------------------------------------------------------------
  // A refusal about one field, told after the page was made anew, goes to that field of the form that was sent.
  var SENT = "sent";

  function placeOf(form) {
    var ids = Array.from(form.elements).map(function (field) { return field.name ? field.id : ""; });
    return markOf(form) + " " + ids.join(" ");
  }
  function remember(form) {
    try { sessionStorage.setItem(SENT, placeOf(form)); } catch (unable) { /* then it is told above the page */ }
  }
  function wasSent(form) {
    try { return placeOf(form) === sessionStorage.getItem(SENT); } catch (unable) { return false; }
  }
  function fieldFor(name) {
    var forms = Array.from(document.querySelectorAll("main form")).filter(function (form) {
      var field = form.elements.namedItem(name);
      return field && field.type !== "hidden" && field.focus;
    });
    var form = forms.filter(wasSent)[0] || (forms.length === 1 ? forms[0] : null);
    return form && form.elements.namedItem(name);
  }
  function sayAtFields() {
    document.querySelectorAll(".notice[data-at]").forEach(function (notice) {
      var field = fieldFor(notice.dataset.at), folded = field && field.closest("details");
      if (!field) return;
      if (folded) folded.open = true;
      notice.id = "refused-" + notice.dataset.at;
      delete notice.dataset.at;
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", notice.id);
      (field.closest("label") || field).after(notice);
      field.focus();
    });
  }
  document.addEventListener("htmx:afterSettle", sayAtFields);
  document.addEventListener("DOMContentLoaded", function () {
    var wrong = document.querySelector("main [aria-invalid=true]");
    if (wrong) wrong.focus();
    sayAtFields();
  });

  // --- there again --------------------------------------------------------------------------------------
  // What was typed is kept in this tab alone, from the moment it is sent until the next page has come: no longer,
  // unless the session had ended; never passwords, codes, files, or what a form calls private.
  var KEY = "typed", OLD = 12 * 3600 * 1000, user = document.body.dataset.user || "";
  var SIGNS = ["next", "tapped_at", "seen", "sure", "version", "digest"];
  var NEVER = "[type=password], [type=file], [autocomplete=one-time-code], [data-private]";

  function forget() {
    try { sessionStorage.removeItem(KEY); } catch (unable) { /* where nothing can be kept, nothing is */ }
  }
  function read() {
    try { return JSON.parse(sessionStorage.getItem(KEY)); } catch (nonsense) { return null; }
  }
  function write(kept) {
    try { sessionStorage.setItem(KEY, JSON.stringify(kept)); } catch (full) { forget(); }
  }
  function isChoice(field) { return field.type === "checkbox" || field.type === "radio"; }
  function isKept(field) {
    return field.name && /^(INPUT|SELECT|TEXTAREA)$/.test(field.tagName) && !field.matches(NEVER)
      && ["hidden", "submit", "button", "image", "reset"].indexOf(field.type) < 0;
  }
  function isTouched(field) {
    if (isChoice(field)) return field.checked !== field.defaultChecked;
    if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
    return Array.from(field.options).some(function (one) { return one.selected !== one.defaultSelected && field.selectedIndex; });
  }
  // Which form of the page it is, as long as it is about the same: its address, and the records it names.
  function markOf(form) {
    var hidden = Array.from(form.elements).filter(function (field) {
      return field.type === "hidden" && SIGNS.indexOf(field.name.split("-").pop()) < 0 && field.name.indexOf("csrf");
    });
    var named = hidden.map(function (field) { return field.name + "=" + field.value; });
    return [form.getAttribute("action") || here, form.id].concat(named).join(" ");
  }
  // «cut» says how it was cut off: «in» by a session that had ended, so nothing was done; «again» is not certain.
  function keep(forms, cut) {
    var kept = forms.filter(function (form) {
      var fields = Array.from(form.elements);
      return user && form.method === "post" && form.closest("main")
        && !form.querySelector("[type=password], [autocomplete=one-time-code]")
        && fields.some(function (field) { return isKept(field) && isTouched(field); });
    }).map(function (form) {
      var fields = Array.from(form.elements).filter(isKept).map(function (field) {
        var value = isChoice(field) ? [field.value, field.checked] : field.value;
        return { name: field.name, id: field.id, value: value };
      });
      return { mark: markOf(form), action: form.getAttribute("action") || here, fields: fields };
    });
    if (kept.length) write({ user: user, path: here, at: Date.now(), cut: cut, forms: kept });
    else if (!cut) forget();
  }
  function fieldOf(kept, wanted) {
    var byId = wanted.id && document.getElementById(wanted.id);
    if (byId && byId.form && byId.name === wanted.name && (byId.form.getAttribute("action") || here) === kept.action) {
      if (!Array.isArray(wanted.value) || byId.value === wanted.value[0]) return byId;
    }
    var alike = Array.from(document.forms).filter(function (form) { return markOf(form) === kept.mark; });
    if (alike.length !== 1) return null; // which of them it was cannot be told
    return Array.from(alike[0].elements).find(function (field) {
      return field.name === wanted.name && isKept(field) && (!Array.isArray(wanted.value) || field.value === wanted.value[0]);
    });
  }
  function fill(field, value) {
    var before = isChoice(field) ? field.checked : field.value;
    if (Array.isArray(value)) field.checked = value[1];
    else field.value = value;
    return before !== (isChoice(field) ? field.checked : field.value);
  }
  function say(form, cut) {
    if (form.querySelector(".not-saved")) return;
    var texts = document.getElementById("not-saved").content;
    var notice = texts.querySelector("[data-cut=" + cut + "]").cloneNode(true);
    for (var part = form; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
    form.prepend(notice);
    notice.scrollIntoView({ block: "nearest" });
  }
  function restore(typed) {
    var open = typed.forms.map(function (kept) { return { kept: kept, fields: kept.fields.slice() }; });
    function again() {
      open.forEach(function (one) {
        one.fields = one.fields.filter(function (wanted) {
          var field = fieldOf(one.kept, wanted);
          if (!field) return true;
          say(field.form, typed.cut || "again");
          if (fill(field, wanted.value)) {
            field.dispatchEvent(new Event("input", { bubbles: true }));
            field.dispatchEvent(new Event("change", { bubbles: true }));
          }
          return false;
        });
      });
    }
    document.addEventListener("htmx:afterSettle", again); // a part that comes with what was chosen
    again();
  }
  function begin() {
    var typed = read(), how = performance.getEntriesByType("navigation")[0];
    if (!typed) return;
    if (Date.now() - typed.at > OLD || (user && typed.user !== user)) { forget(); return; }
    if (!user || document.body.hasAttribute("data-unsaved")) {
      write(Object.assign(typed, { cut: document.body.dataset.unsaved || "in" }));
      var back = document.querySelector("[data-typed-there]");
      if (back) { back.href = typed.path; back.hidden = false; }
      return;
    }
    var isHere = typed.path === here, isBack = how && how.type === "back_forward";
    if (typed.cut && !isHere) return; // on the way back to it
    forget();
    if (isHere && (typed.cut || isBack)) restore(typed);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
