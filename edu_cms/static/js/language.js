// Keeps the language that a reader has chosen, for the next time they come by the bare address.
//
// Only "/" reads it (edu_cms/home.py). Without this script the choice is kept by the links.
(function () {
  "use strict";
  var names = { "zh-Hans": "zh-hans", "kk-Arab": "kk-arab", "kk-Cyrl": "kk" };
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest(".languages__choice");
    var item = link && link.closest("[lang]");
    var code = item && names[item.getAttribute("lang")];
    if (!code) return;
    var secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = "reader_language=" + code + "; Path=/; Max-Age=31536000; SameSite=Lax" + secure;
  });
})();
