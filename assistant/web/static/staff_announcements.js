// The reader: a button beside selected text copies its address; the picture of the page follows the text.
"use strict";
(() => {
  const figure = document.querySelector("figure.page-image");
  if (!figure) return;
  const { path, marks, label, alt, altMarked } = figure.dataset;
  const pages = Number(figure.dataset.pages);
  const marked = figure.dataset.marked.split(",").filter(Boolean).map(Number);
  const image = figure.querySelector("img");
  const failed = figure.querySelector(".failed");
  const [before, after] = figure.querySelectorAll("nav a");
  let shown = Number(figure.dataset.page);

  const address = (page) => `${path}${page}.png${marked.includes(page) ? marks : ""}`;
  const lead = (link, page) => {
    link.hidden = page < 1 || page > pages;
    if (link.hidden) link.removeAttribute("href");
    else link.href = `#page-${page}`;
  };
  const show = (page) => {
    if (page === shown || page < 1 || page > pages) return;
    shown = page;
    image.src = address(page);
    image.parentElement.href = address(page);
    image.alt = (marked.includes(page) ? altMarked : alt).replace("{page}", page);
    figure.querySelector(".now").textContent = label.replace("{page}", page).replace("{pages}", pages);
    lead(before, page - 1);
    lead(after, page + 1);
  };
  for (const [link, step] of [[before, -1], [after, 1]]) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const page = shown + step;
      // A page without text has no place to go to, but a picture.
      document.getElementById(`page-${page}`)?.scrollIntoView({ block: "start" });
      resting = Date.now() + 1200;
      show(page);
    });
  }
  image.addEventListener("error", () => { failed.hidden = false; });
  image.addEventListener("load", () => { failed.hidden = true; });

  const beside = matchMedia("(min-width: 60.01rem)"); // else it stands below the text, and stays as it is
  const breaks = [...document.querySelectorAll("article.text .page-break")];
  let waiting = 0;
  let resting = Date.now() + 1500; // the page was chosen just now; what scrolls there chooses none
  addEventListener("scroll", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (Date.now() < resting || !beside.matches) return;
      const passed = breaks.filter((one) => one.getBoundingClientRect().top < innerHeight / 2);
      show(passed.length ? Number(passed[passed.length - 1].id.replace("page-", "")) : 1);
    }, 300);
  }, { passive: true });
})();
(() => {
  const article = document.querySelector("article.text");
  if (!article) return;

  // Offsets count characters (code points), a browser's strings count UTF-16 units.
  const characters = (text) => Array.from(text).length;

  const offsetAt = (node, place) => {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node.childNodes[place] || node;
    const run = element.nodeType === Node.ELEMENT_NODE ? element.closest("[data-at]") : element.parentElement.closest("[data-at]");
    if (!run) return null;
    const at = Number(run.dataset.at);
    return node.nodeType === Node.TEXT_NODE ? at + characters(node.data.slice(0, place)) : at;
  };

  // The first and last run that a selection touches say where it stands, wherever its ends are.
  const selected = () => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    if (!article.contains(range.commonAncestorContainer)) return null;
    const runs = [...article.querySelectorAll("[data-at]")].filter((run) => range.intersectsNode(run) && run.textContent);
    if (!runs.length) return null;
    const [first, last] = [runs[0], runs[runs.length - 1]];
    const start = first.contains(range.startContainer) ? offsetAt(range.startContainer, range.startOffset) : Number(first.dataset.at);
    const end = last.contains(range.endContainer) && range.endContainer.nodeType === Node.TEXT_NODE
      ? offsetAt(range.endContainer, range.endOffset)
      : Number(last.dataset.at) + characters(last.textContent);
    return start !== null && end !== null && start < end ? { start, end, range } : null;
  };

  const button = document.createElement("button");
  button.type = "button";
  button.className = "small copy-link";
  button.textContent = article.dataset.copy;
  button.hidden = true;
  const said = document.createElement("p");
  said.className = "unseen";
  said.setAttribute("role", "status");
  document.querySelector("main").append(button, said);

  let passage = null;
  document.addEventListener("selectionchange", () => {
    passage = selected();
    button.hidden = !passage;
    if (!passage) return;
    button.textContent = article.dataset.copy;
    const box = passage.range.getBoundingClientRect();
    button.style.top = `${Math.max(0, box.bottom + window.scrollY + 8)}px`;
    button.style.left = `${Math.max(8, Math.min(box.left + window.scrollX, window.scrollX + document.documentElement.clientWidth - 260))}px`;
  });
  button.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
  button.addEventListener("click", async () => {
    if (!passage) return;
    const path = `${article.dataset.path}?start=${passage.start}&end=${passage.end}#passage`;
    if (!navigator.clipboard) {
      location.assign(path); // without TLS there is no clipboard; the address bar then shows the link
      return;
    }
    await navigator.clipboard.writeText(new URL(path, location.href).href);
    button.textContent = said.textContent = article.dataset.copied;
  });
})();
