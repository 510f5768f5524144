/* The calendar: move an entry by dragging it to a day, or by keyboard alone.

   Without this script nothing is lost: each entry that can be moved leads to a form. What the
   server refuses is said where it happened, and nothing moves. */
(() => {
    "use strict";

    const FOCUS = "agenda-focus";
    const DAY = 24 * 60 * 60 * 1000;
    const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

    const dayOf = (moment) => moment.slice(0, 10);
    const plus = (day, days) =>
        new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

    class Calendar {
        constructor(root) {
            this.root = root;
            this.live = root.querySelector("[data-agenda-live]");
            this.form = root.querySelector("[data-agenda-move]");
            this.moving = null;
            this.hover = null;
            root.querySelectorAll("[data-move]").forEach((entry) => this.watch(entry));
            root.querySelectorAll("[data-day]").forEach((day) => this.accept(day));
            this.comeBack();
        }

        say(text) {
            this.live.textContent = text;
            this.live.classList.toggle("agenda-live--shown", Boolean(this.moving));
        }

        told(name, entry, day = "") {
            const words = this.live.dataset[name];
            return words.replace("{title}", entry.dataset.title).replace("{day}", day);
        }

        /* --- By drag --- */

        watch(entry) {
            entry.addEventListener("dragstart", (event) => {
                event.dataTransfer.setData("text/plain", entry.dataset.entry);
                event.dataTransfer.effectAllowed = "move";
                entry.classList.add("agenda-entry--held");
            });
            entry.addEventListener("dragend", () => {
                entry.classList.remove("agenda-entry--held");
                this.mark(null);
            });
            const link = entry.querySelector(".agenda-entry__title");
            link.addEventListener("keydown", (event) => this.key(event, entry));
            link.addEventListener("blur", () => this.moving === entry && this.stop(entry));
        }

        accept(day) {
            day.addEventListener("dragover", (event) => {
                event.preventDefault();
                this.mark(day);
            });
            day.addEventListener("drop", (event) => {
                event.preventDefault();
                const key = event.dataTransfer.getData("text/plain");
                const entry = this.root.querySelector(`[data-move][data-entry="${CSS.escape(key)}"]`);
                if (entry) this.move(entry, day.dataset.day);
            });
        }

        mark(day) {
            this.hover?.classList.remove("agenda-day--target");
            this.hover = day;
            day?.classList.add("agenda-day--target");
        }

        /* --- By keyboard --- */

        key(event, entry) {
            const isMoving = this.moving === entry;
            if (!isMoving && event.key.toLowerCase() === "m" && !event.ctrlKey && !event.metaKey) {
                this.moving = entry;
                this.to = dayOf(entry.dataset.moment);
                entry.classList.add("agenda-entry--held");
            } else if (isMoving && event.key in STEPS) {
                this.to = plus(this.to, STEPS[event.key]);
            } else if (isMoving && event.key === "Escape") {
                event.preventDefault();
                this.stop(entry);
                return;
            } else if (isMoving && event.key === "Enter") {
                event.preventDefault();
                const to = this.to;
                this.drop(entry);
                if (to === dayOf(entry.dataset.moment)) this.say(this.told("kept", entry));
                else this.move(entry, to);
                return;
            } else return;
            event.preventDefault();
            event.stopPropagation();
            this.mark(this.root.querySelector(`[data-day="${this.to}"]`));
            this.say(this.told("moving", entry, this.to));
        }

        drop(entry) {
            this.moving = null;
            this.mark(null);
            entry.classList.remove("agenda-entry--held");
        }

        stop(entry) {
            this.drop(entry);
            this.say(this.told("kept", entry));
        }

        /* --- Ask the server --- */

        async move(entry, day) {
            if (day === dayOf(entry.dataset.moment)) return;
            const body = new FormData(this.form);
            body.set("to", day);
            body.set("was", entry.dataset.moment);
            entry.setAttribute("aria-busy", "true");
            let problems;
            try {
                const answer = await fetch(entry.dataset.move, {
                    method: "POST",
                    body,
                    headers: { Accept: "application/json" },
                });
                if (answer.ok) {
                    sessionStorage.setItem(FOCUS, entry.dataset.entry);
                    window.location.reload();
                    return;
                }
                problems = (await answer.json()).problems;
            } catch {
                problems = [this.live.dataset.failed];
            }
            entry.removeAttribute("aria-busy");
            this.refuse(entry, problems.join(" "));
        }

        refuse(entry, text) {
            entry.querySelector(".agenda-problem")?.remove();
            const problem = document.createElement("p");
            problem.className = "agenda-problem";
            problem.textContent = text;
            entry.append(problem);
            entry.querySelector(".agenda-entry__title").focus();
            this.say(text);
        }

        /* After a move: back to the entry, and say what was done. */
        comeBack() {
            const key = sessionStorage.getItem(FOCUS);
            sessionStorage.removeItem(FOCUS);
            const told = this.root.querySelector("[data-agenda-undo]");
            if (!key || !told) return;
            const entry = this.root.querySelector(
                `[data-entry="${CSS.escape(key)}"] .agenda-entry__title`,
            );
            (entry ?? told.querySelector("button"))?.focus();
            setTimeout(() => this.say(told.querySelector("p").textContent), 100);
        }
    }

    document.addEventListener("DOMContentLoaded", () => {
        document.querySelectorAll("[data-agenda]").forEach((root) => new Calendar(root));
    });
})();
