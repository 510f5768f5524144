// Passes a piece on: by the phone's own sheet, else by copying its address.
//
// What a template has to say for it:
//   <div data-share hidden>           shown once this works
//     <button>                        shares what <link rel=canonical> names
//     <span role="status" data-done="TEXT" data-failed="TEXT">
//
// When it is done, the document is told (piece:shared); who counts that is none of its business.
(function () {
  "use strict";
  var place = document.querySelector("[data-share]");
  var canonical = document.querySelector("link[rel=canonical]");
  if (!place || !canonical) return;
  var status = place.querySelector("[role=status]");

  // Of any age of browser, and where the site is not reached over https.
  function copiedByHand(text) {
    var field = document.createElement("textarea");
    field.value = text;
    field.setAttribute("readonly", "");
    field.className = "visually-hidden";
    document.body.append(field);
    field.select();
    var done = document.execCommand("copy");
    field.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("not copied"));
  }

  function copied(text) {
    if (!navigator.clipboard) return copiedByHand(text);
    return navigator.clipboard.writeText(text).catch(function () { return copiedByHand(text); });
  }

  function say(what) {
    status.textContent = status.getAttribute("data-" + what);
  }

  function shared() {
    document.dispatchEvent(new Event("piece:shared"));
  }

  function share() {
    var address = canonical.href;
    if (navigator.share) {
      // Whoever thinks better of it closes the sheet, and nothing was shared.
      navigator.share({ title: document.title, url: address }).then(shared, function () {});
      return;
    }
    copied(address).then(function () { say("done"); shared(); }, function () { say("failed"); });
  }

  place.querySelector("button").addEventListener("click", share);
  place.hidden = false;
})();
