/* The plan form: search among the pieces, and the region's informal time beside Beijing time. */
(() => {
    "use strict";

    function pieceRow(name, piece) {
        const item = document.createElement("li");
        const label = document.createElement("label");
        const box = Object.assign(document.createElement("input"), {
            type: "checkbox",
            name,
            value: piece.id,
        });
        const title = Object.assign(document.createElement("bdi"), { textContent: piece.title });
        const language = Object.assign(document.createElement("small"), {
            textContent: piece.language,
        });
        label.append(box, " ", title, " ", language);
        item.append(label);
        return item;
    }

    function searchAmong(picker) {
        const search = picker.querySelector("input[type=search]");
        const list = picker.querySelector("ul");
        const none = picker.querySelector("[role=status]");
        let latest = 0;
        let timer;

        async function look() {
            const turn = (latest += 1);
            const address = `${picker.dataset.url}?${new URLSearchParams({ q: search.value })}`;
            const answer = await fetch(address, { headers: { Accept: "application/json" } });
            if (!answer.ok || turn !== latest) return;
            const found = (await answer.json()).pieces;
            const wanted = new Set(found.map((piece) => String(piece.id)));
            const present = new Set([...list.querySelectorAll("input")].map((box) => box.value));
            for (const piece of found) {
                if (!present.has(String(piece.id))) list.append(pieceRow(picker.dataset.name, piece));
            }
            for (const box of list.querySelectorAll("input")) {
                box.closest("li").hidden = !box.checked && !wanted.has(box.value);
            }
            none.hidden = found.length > 0;
        }

        search.hidden = false;
        search.addEventListener("input", () => {
            clearTimeout(timer);
            timer = setTimeout(look, 250);
        });
        // Enter searches; it must not send the whole form.
        search.addEventListener("keydown", (event) => {
            if (event.key === "Enter") {
                event.preventDefault();
                look();
            }
        });
    }

    function informalTimeBeside(form) {
        const region = form.querySelector("select[name=region]");
        const field = form.querySelector("input[name=starts_at]");
        if (!region || !field) return;
        const hint = Object.assign(document.createElement("output"), {
            className: "field-informal",
        });
        field.after(hint);

        function show() {
            const option = region.selectedOptions[0];
            const typed = field.value.match(/T(\d\d):(\d\d)/);
            if (!typed || !option || !option.dataset.informal) {
                hint.textContent = "";
                return;
            }
            const day = 24 * 60;
            const beijing = Number(typed[1]) * 60 + Number(typed[2]);
            const minutes = (beijing - Number(option.dataset.minutesBehind) + day) % day;
            const two = (number) => String(number).padStart(2, "0");
            const time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
            hint.textContent = `${option.dataset.informal} ${time}`;
        }

        region.addEventListener("change", show);
        field.addEventListener("input", show);
        show();
    }

    document.addEventListener("DOMContentLoaded", () => {
        document.querySelectorAll("[data-field-pieces]").forEach(searchAmong);
        document.querySelectorAll("[data-field-plan]").forEach(informalTimeBeside);
    });
})();
