// What Gradio leaves to the page: its language, Enter during Japanese conversion, markers that lead to sources, its
// address, copying and saving.
(() => {
  const language = (navigator.language || "en").toLowerCase().startsWith("ja") ? "ja" : "en";
  document.documentElement.lang = language;

  // Enter that confirms a conversion must not send. Safari ends the composition just before that key's event.
  let composedAt = -Infinity;
  document.addEventListener("compositionend", (event) => { composedAt = event.timeStamp; }, true);
  const hold = (event) => {
    if (event.key !== "Enter") return;
    if (event.isComposing || event.keyCode === 229 || event.timeStamp - composedAt < 50) event.stopImmediatePropagation();
  };
  for (const kind of ["keydown", "keypress"]) window.addEventListener(kind, hold, true);

  const show = (id) => {
    const source = document.getElementById(id);
    if (!source) return false;
    const folded = source.closest("details");
    if (folded) folded.open = true;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    source.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "nearest" });
    source.focus({ preventScroll: true });
    return true;
  };

  // The newest question comes to the top of the conversation; its answer is read out once, when it is complete.
  const spoken = document.createElement("div");
  spoken.className = "unseen";
  spoken.setAttribute("role", "status");
  let asked = 0;
  let announced = null;
  const bring = (last, log) => {
    const place = last.getBoundingClientRect();
    if (log.scrollHeight > log.clientHeight) {
      log.scrollTo({ top: log.scrollTop + place.top - log.getBoundingClientRect().top - 16 });
    } else if (place.top < 0 || place.bottom > document.getElementById("composer").getBoundingClientRect().top) {
      last.scrollIntoView(); // on a phone the whole page scrolls
    }
  };
  const words = (part) => {
    const copy = part.cloneNode(true);
    for (const marker of copy.querySelectorAll(".marker")) marker.remove();
    return copy.textContent;
  };
  const follow = () => {
    const exchanges = document.querySelectorAll("#conversation .exchange");
    const last = exchanges[exchanges.length - 1];
    const log = last?.closest(".log");
    const isNew = exchanges.length !== asked;
    asked = exchanges.length;
    const reply = last?.querySelector(".reply:not(.reply-draft)");
    if (last && (isNew || (reply && announced === null))) bring(last, log);
    const said = reply ? [...reply.querySelectorAll(".reply-status, .reply-text")].map(words) : [];
    const text = reply ? `${asked} ${said.join(" ")}` : null;
    if (text && text !== announced) {
      spoken.lang = reply.lang;
      spoken.textContent = said.join(" ");
    }
    announced = text;
    address();
    // Gradio's accordion does not say whether it is open.
    for (const one of document.querySelectorAll(".label-wrap")) {
      const isOpen = String(one.classList.contains("open"));
      if (one.getAttribute("aria-expanded") !== isOpen) one.setAttribute("aria-expanded", isOpen);
    }
  };

  // The address names the conversation once it is kept, so that Back, a reload or a bookmark brings it here again.
  let named = null;
  const address = () => {
    const id = document.querySelector("#conversation [data-conversation]")?.dataset.conversation;
    if (id === undefined || id === named) return;
    const url = new URL(location.href);
    if (!id && named === null) { named = id; return; } // the page as it was served, before it knows
    named = id;
    if (id) url.searchParams.set("conversation", id); else url.searchParams.delete("conversation");
    history.replaceState(history.state, "", url);
  };

  const begin = () => {
    document.body.append(spoken);
    new MutationObserver(follow).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["data-conversation", "class"] });
  };
  if (document.body) begin(); else document.addEventListener("DOMContentLoaded", begin);

  const copy = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    // Without https there is no clipboard but this one.
    const box = document.createElement("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    if (!done) throw new Error("not copied");
  };

  // The filters stand over the conversation: they close when the reader goes on elsewhere.
  const close = (event) => {
    const button = document.querySelector("#filters > .label-wrap.open");
    if (!button || !matchMedia("(min-width: 900px)").matches) return;
    const isElsewhere = !event.target.closest?.("#filters, .options");
    if (event.key === "Escape" ? !document.querySelector("#filters [aria-expanded=true][role=combobox]") : isElsewhere) {
      button.click();
      if (event.key) button.focus();
    }
  };
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(event); });
  for (const kind of ["focusin", "pointerdown"]) document.addEventListener(kind, close);

  document.addEventListener("click", (event) => {
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const marker = event.target.closest?.("a[data-source]");
    if (marker && isPlain && show(marker.dataset.source)) {
      event.preventDefault();
      event.stopPropagation();
    }
    const toggle = event.target.closest?.("[data-toggle]");
    const resumed = isPlain && event.target.closest?.("[data-do=resume]"); // where it hides the talk, the list closes
    if (toggle || resumed) {
      const isOpen = document.getElementById("desk").classList.toggle("past-open", resumed ? false : undefined);
      for (const one of document.querySelectorAll("[data-toggle]")) one.setAttribute("aria-expanded", String(isOpen));
      if (isOpen) document.querySelector("#find input, #find textarea")?.focus();
    }
    const copied = event.target.closest?.("[data-copy]");
    if (copied) {
      const say = (text) => { copied.textContent = text; spoken.textContent = text; };
      copy(copied.dataset.copy).then(() => say(copied.dataset.done), () => say(copied.dataset.failed));
    }
  }, true);

  window.saveFile = (file) => {
    if (!file) return;
    const bytes = Uint8Array.from(atob(file.data), (one) => one.charCodeAt(0));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type: file.media }));
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
})();
