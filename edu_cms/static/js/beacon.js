// Tells the site that a person looks at a piece. No cookie, no identifier; see POST /hit.
(function () {
  "use strict";
  var page = document.body.getAttribute("data-piece");
  if (!page) return;

  var address = new URL(location.href);
  var link = address.searchParams.get("q");

  // The link counts once: a reload, a bookmark or a copied address is a visit of its own.
  function forgetLink() {
    var names = Array.from(address.searchParams.keys());
    var marks = names.filter(function (name) { return name === "q" || name.indexOf("utm_") === 0; });
    if (!marks.length) return;
    marks.forEach(function (name) { address.searchParams.delete(name); });
    history.replaceState(history.state, "", address.pathname + address.search + address.hash);
  }

  function tell(event) {
    if (navigator.globalPrivacyControl || navigator.doNotTrack === "1") return;
    var hit = { page: page, event: event };
    if (link) hit.link = link;
    var body = new Blob([JSON.stringify(hit)], { type: "application/json" });
    if (navigator.sendBeacon && navigator.sendBeacon("/hit", body)) return;
    fetch("/hit", { method: "POST", body: body, keepalive: true }).catch(function () {});
  }

  function viewed() {
    tell("view");
    forgetLink();
    var player = document.querySelector("video, audio");
    if (player) player.addEventListener("play", function () { tell("play"); }, { once: true });
  }

  // A page that the browser fetched in advance is no view until somebody comes to it.
  if (document.prerendering) document.addEventListener("prerenderingchange", viewed, { once: true });
  else viewed();
})();
