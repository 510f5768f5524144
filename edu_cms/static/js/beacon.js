// Tells the site what a person does with a piece. No identifier; see POST /hit.
//
// What a template has to say for it:
//   <body data-piece="CODE">          the piece; without it nothing is told
//   data-hit="share|download|completion"  a click on this is one
//   a[download], a[href^=/documents/] are downloads without saying so
//   video, audio                      are played, and seen to their end, once each
//   piece:shared                      an event that share.js dispatches
//   piece:completed                   an event that a game or simulation dispatches at its end
//
// The last two bubble or are dispatched on the document. A piece is completed once a visit.
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

  function optedOut() {
    return navigator.globalPrivacyControl || navigator.doNotTrack === "1" ||
      /(^|;\s*)nocount=/.test(document.cookie);
  }

  function tell(event) {
    if (optedOut()) return;
    var hit = { page: page, event: event };
    if (link) hit.link = link;
    var body = new Blob([JSON.stringify(hit)], { type: "application/json" });
    if (navigator.sendBeacon && navigator.sendBeacon("/hit", body)) return;
    fetch("/hit", { method: "POST", body: body, keepalive: true }).catch(function () {});
  }

  var completed = false;
  function complete() {
    if (!completed) tell("completion");
    completed = true;
  }

  // Also of players that come later: their events do not bubble, but are seen on their way down.
  function tellOfPlayers(name, event) {
    var told = new WeakSet();
    document.addEventListener(name, function (played) {
      if (told.has(played.target)) return;
      told.add(played.target);
      tell(event);
    }, true);
  }

  function clicked(click) {
    var target = click.target.closest && click.target.closest("[data-hit], a[download], a[href]");
    if (!target) return;
    var named = target.getAttribute("data-hit");
    if (named === "share" || named === "download") tell(named);
    else if (named === "completion") complete();
    else if (target.hasAttribute("download")) tell("download");
    else if (target.origin === location.origin && target.pathname.indexOf("/documents/") === 0) {
      tell("download");
    }
  }

  function viewed() {
    tell("view");
    forgetLink();
    tellOfPlayers("play", "play");
    tellOfPlayers("ended", "finish");
    document.addEventListener("click", clicked);
    document.addEventListener("piece:shared", function () { tell("share"); });
    document.addEventListener("piece:completed", complete);
  }

  // A page that the browser fetched in advance is no view until somebody comes to it.
  if (document.prerendering) document.addEventListener("prerenderingchange", viewed, { once: true });
  else viewed();
})();
