/* The desk with a script: each text is saved by itself, and words go where they belong by a tap.
   Whatever is here, the form does without it. */
(() => {
  const desk = document.querySelector("[data-desk]");
  const form = desk && desk.querySelector("[data-desk-form]");
  if (!form) return;
  const words = desk.dataset;
  const live = desk.querySelector("[data-desk-live]");
  const PAUSE = 1500;
  const timers = new Map();
  const busy = new Map();

  const textOf = (node) => node.closest("[data-text]");
  const boxOf = (text) => text.querySelector("[data-box]");
  const byKey = (key) => desk.querySelector(`[data-text="${key}"]`);
  const isUnread = (text) => text.dataset.state === "converted";
  // A converted text is saved by confirming it: half a reading is none. And who types over another
  // person's text has to say so.
  const waitsForWord = (text) => isUnread(text) || text.hasAttribute("data-conflict");

  function tell(text, message, isBad = false) {
    const told = text.querySelector("[data-told]");
    told.textContent = message;
    told.classList.toggle("desk-told--bad", isBad);
    if (isBad) live.textContent = message;
  }

  function grow(box) {
    if (CSS.supports("field-sizing", "content")) return;
    box.style.blockSize = "auto";
    box.style.blockSize = `${box.scrollHeight + 4}px`;
  }

  function wake(text) {
    text.querySelectorAll("[data-insert], [data-take]").forEach((one) => { one.hidden = false; });
    const box = boxOf(text);
    if (!box) return;
    box.saved = box.hasAttribute("data-unsaved") ? null : box.value;
    box.made = box.value;
    grow(box);
  }

  const isDirty = (box) => box.value !== box.saved;

  function typed(box) {
    const text = textOf(box);
    box.toggleAttribute("data-unsaved", isDirty(box));
    grow(box);
    clearTimeout(timers.get(text.dataset.text));
    if (!isDirty(box)) return tell(text, "");
    tell(text, isUnread(text) ? words.read : words.unsaved);
    if (!waitsForWord(text)) timers.set(text.dataset.text, setTimeout(() => send(text, "save"), PAUSE));
  }

  /* One request at a time for each text; what is asked for meanwhile comes after it. */
  function send(text, act) {
    const key = text.dataset.text;
    clearTimeout(timers.get(key));
    const before = busy.get(key) || Promise.resolve();
    const after = before.then(() => post(byKey(key), act));
    busy.set(key, after);
    return after;
  }

  async function post(text, act) {
    const box = boxOf(text);
    const sent = box.value;
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.append("text", sent);
    body.append("token", text.querySelector("[data-token]").value);
    body.append("act", act);
    tell(text, words.saving);
    try {
      const response = await fetch(text.dataset.address, { method: "POST", body, credentials: "same-origin" });
      if (!(response.headers.get("Content-Type") || "").includes("application/json")) throw new Error(response.status);
      const answer = await response.json();
      if (answer.html) return show(text, answer, sent);
      tell(text, answer.message, true);
      return false;
    } catch {
      tell(text, words.failed, true);
      return false;
    }
  }

  function show(text, answer, sent) {
    const frame = document.createElement("template");
    frame.innerHTML = answer.html.trim();
    const fresh = frame.content.firstElementChild;
    const box = boxOf(text);
    const hadFocus = document.activeElement;
    const isFocused = text.contains(hadFocus);
    const goesOn = box.value !== sent;
    const place = [box.selectionStart, box.selectionEnd];
    const typedOn = box.value;
    box.isReplaced = true;
    text.replaceWith(fresh);
    wake(fresh);
    const freshBox = boxOf(fresh);
    if (goesOn) {
      freshBox.value = typedOn;
      typed(freshBox);
    }
    if (isFocused) {
      freshBox.focus({ preventScroll: true });
      if (hadFocus === box && freshBox.value === typedOn) freshBox.setSelectionRange(...place);
    }
    const isSaved = answer.kind === "saved" || answer.kind === "untouched";
    if (!goesOn) tell(fresh, isSaved && answer.is_good ? words.saved : answer.message, !isSaved || !answer.is_good);
    desk.querySelector("[data-desk-progress]").outerHTML = answer.head.trim();
    return isSaved;
  }

  function next(text) {
    const all = [...desk.querySelectorAll("[data-text]")];
    const following = all[all.findIndex((one) => one.dataset.text === text.dataset.text) + 1];
    if (!following) return;
    boxOf(following).focus();
    following.scrollIntoView({ block: "nearest" });
  }

  function insert(box, word) {
    const [from, to] = [box.selectionStart, box.selectionEnd];
    const isBare = from === 0 || /\s$/.test(box.value.slice(0, from));
    box.setRangeText((isBare ? "" : " ") + word, from, to, "end");
    box.focus();
    typed(box);
  }

  /* The picked words laid over the converted text; a box edited by hand has the word replaced. */
  function pick(text, select) {
    const box = boxOf(text);
    const picks = [...text.querySelectorAll("[data-pick]")];
    if (box.value === box.made) {
      let laid = box.defaultValue;
      for (const one of [...picks].reverse()) {
        const from = Number(one.dataset.start);
        laid = laid.slice(0, from) + one.value + laid.slice(from + one.options[0].value.length);
      }
      box.value = box.made = laid;
    } else {
      box.value = box.value.replace(select.dataset.now || select.options[0].value, () => select.value);
    }
    select.dataset.now = select.value;
    const mark = text.querySelector(`[data-word="${select.dataset.pick}"]`);
    mark.textContent = select.value;
    mark.classList.add("desk-word--chosen");
    typed(box);
  }

  desk.addEventListener("input", (event) => {
    if (event.target.matches("[data-box]")) typed(event.target);
  });
  desk.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick]")) pick(textOf(event.target), event.target);
  });
  desk.addEventListener("focusout", (event) => {
    const box = event.target;
    // A box that leaves the page because its text is shown anew has nothing more to say.
    if (!box.matches("[data-box]") || box.isReplaced || !isDirty(box)) return;
    const text = textOf(box);
    if (!waitsForWord(text) && !text.contains(event.relatedTarget)) send(text, "save");
  });
  desk.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches("[data-box]")) return;
    event.preventDefault();
    const text = textOf(event.target);
    const act = isUnread(text) ? "confirm" : "save";
    const mayGo = act === "confirm" || isDirty(event.target);
    if (mayGo) send(text, act).then((isSaved) => { if (isSaved) next(byKey(text.dataset.text)); });
    else next(text);
  });
  desk.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert], [data-take], [data-act]");
    if (!button) return;
    const text = textOf(button);
    if (button.matches("[data-act]")) {
      event.preventDefault();
      send(text, button.value.split(":")[0]);
    } else if (button.matches("[data-insert]")) {
      insert(boxOf(text), button.dataset.insert);
    } else {
      boxOf(text).value = button.dataset.take;
      boxOf(text).focus();
      typed(boxOf(text));
    }
  });
  let isLeaving = false;
  form.addEventListener("submit", () => { isLeaving = true; });
  window.addEventListener("beforeunload", (event) => {
    const unsaved = [...desk.querySelectorAll("[data-box]")].some(isDirty);
    if (unsaved && !isLeaving) event.preventDefault();
  });
  desk.querySelectorAll("[data-text]").forEach(wake);
})();
