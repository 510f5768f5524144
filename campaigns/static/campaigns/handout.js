/* The print button; and pictures that are there before anybody has scrolled to them. */
(() => {
    "use strict";
    const button = document.querySelector("[data-print]");
    if (!button) return;
    for (const picture of document.querySelectorAll("img[loading=lazy]")) picture.loading = "eager";
    button.addEventListener("click", () => window.print());
    button.hidden = false;
})();
