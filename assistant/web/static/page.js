// What Gradio leaves to the page: its language, Enter during Japanese conversion, and markers that lead to sources.
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
    if (!source) return;
    const folded = source.closest("details");
    if (folded) folded.open = true;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    source.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "nearest" });
    source.focus({ preventScroll: true });
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
  const follow = () => {
    const exchanges = document.querySelectorAll("#conversation .exchange");
    const last = exchanges[exchanges.length - 1];
    const log = last?.closest(".log");
    const isNew = exchanges.length !== asked;
    asked = exchanges.length;
    const reply = last?.querySelector(".reply:not(.reply-draft)");
    if (last && (isNew || (reply && announced === null))) bring(last, log);
    const text = reply ? `${asked} ${reply.innerText}` : null;
    if (text && text !== announced) {
      spoken.lang = reply.lang;
      spoken.textContent = reply.innerText;
    }
    announced = text;
  };
  const begin = () => {
    document.body.append(spoken);
    new MutationObserver(follow).observe(document.body, { childList: true, subtree: true, characterData: true });
  };
  if (document.body) begin(); else document.addEventListener("DOMContentLoaded", begin);

  document.addEventListener("click", (event) => {
    const marker = event.target.closest?.('a[href*="#source-"]');
    if (!marker) return;
    event.preventDefault();
    event.stopPropagation();
    show(marker.getAttribute("href").split("#")[1]);
  }, true);
})();
