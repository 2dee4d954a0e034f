// Uploading: files are dropped or picked, then sent one request each, with their progress and what became of them.
"use strict";
(() => {
  const form = document.getElementById("upload");
  const input = document.getElementById("files");
  const drop = document.getElementById("drop");
  const chosen = document.getElementById("chosen");
  const complaint = document.getElementById("script-wrong");
  const rows = document.getElementById("uploads");
  const most = Number(form.dataset.files);
  const limit = Number(form.dataset.limit);
  const AT_ONCE = 2;
  let files = [];
  let unfinished = 0;

  const word = (name, values = {}) => {
    const key = `word${name.split("_").map((part) => part[0].toUpperCase() + part.slice(1)).join("")}`;
    return form.dataset[key].replace(/\{(\w+)\}/g, (_, value) => values[value]);
  };
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const complain = (text) => {
    complaint.textContent = text;
    complaint.hidden = !text;
  };
  const sized = (bytes) => bytes < 1e5 ? `${Math.ceil(bytes / 1e3)} kB` : `${megabytes(bytes)} MB`;
  const megabytes = (bytes) => (bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1);

  // --- Choosing ---------------------------------------------------------------------------------------------------

  const list = () => {
    chosen.replaceChildren(...files.map((file, index) => {
      const row = make("li");
      row.append(make("span", "name", file.name), make("span", "size", sized(file.size)));
      const out = make("button", "quiet small", "×");
      out.type = "button";
      out.setAttribute("aria-label", word("take_out", { name: file.name }));
      out.addEventListener("click", () => {
        files.splice(index, 1);
        list();
        (chosen.querySelectorAll("button")[index] || chosen.querySelector("button:last-of-type") || input).focus();
      });
      row.append(out);
      return row;
    }));
    chosen.hidden = !files.length;
  };
  const choose = (added) => {
    complain("");
    const known = new Set(files.map((file) => `${file.name}/${file.size}/${file.lastModified}`));
    const fresh = [...added].filter((file) => !known.has(`${file.name}/${file.size}/${file.lastModified}`));
    files = most === 1 ? fresh.slice(0, 1) : [...files, ...fresh];
    if (files.length > most || (most === 1 && fresh.length > 1)) {
      complain(word(most === 1 ? "one_file" : "too_many", { count: most }));
      files = files.slice(0, most);
    }
    list();
  };

  // The list shows what was chosen; the browser's own words beside the button would say that nothing was.
  drop.querySelector(".drop-here").hidden = false;
  input.classList.add("unseen");
  input.addEventListener("change", () => {
    choose(input.files);
    input.value = "";  // what is sent is the list, so that files can be taken out of it
  });
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) drop.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    drop.classList.remove("over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
    const plain = [...event.dataTransfer.files].filter((_, index) => !(entries[index] && entries[index].isDirectory));
    choose(plain);
    if (plain.length < event.dataTransfer.files.length) complain(word("no_folders"));
  });

  // --- Sending ----------------------------------------------------------------------------------------------------

  const counts = { all: 0, done: 0, added: 0, updated: 0, unchanged: 0, rejected: 0 };
  const summarise = () => {
    const over = counts.done === counts.all;
    document.getElementById("summary").textContent = word("summary", counts) + (over ? ` ${word("all_done")}` : "");
    document.getElementById("after").hidden = !over;
  };

  const fieldsWithout = (skipped) => {
    const data = new FormData(form);
    skipped.forEach((name) => data.delete(name));
    return data;
  };

  class Upload {
    constructor(name, body) {
      this.name = name;
      this.body = body;  // makes the form to send
      this.row = make("li", "upload-item");
      this.bar = make("progress");
      this.bar.max = 100;
      this.bar.value = 0;
      this.bar.setAttribute("aria-label", name);
      this.state = make("p", "state", word("queued"));
      this.results = make("ul", "results");
      this.row.append(make("p", "file", name), this.bar, this.state, this.results);
      rows.append(this.row);
    }

    say(text) {
      this.state.textContent = text;
    }

    // Resolves when the file has arrived, so that the next one can be sent while this one is read.
    send() {
      return new Promise((arrived) => {
        const request = new XMLHttpRequest();
        let seen = 0;
        this.finished = false;
        request.open("POST", form.action);
        request.setRequestHeader("Accept", "application/x-ndjson");
        request.upload.addEventListener("progress", (event) => {
          if (!event.lengthComputable) return;
          this.bar.value = (event.loaded / event.total) * 100;
          this.say(word("sending", { percent: Math.round(this.bar.value) }));
        });
        request.upload.addEventListener("load", () => {
          this.bar.removeAttribute("value");
          this.say(word("reading"));
          arrived();
        });
        request.addEventListener("progress", () => {
          if (request.status !== 200) return;
          const end = request.responseText.lastIndexOf("\n") + 1;
          const lines = request.responseText.slice(seen, end).split("\n").filter(Boolean);
          seen = end;
          lines.forEach((line) => this.take(JSON.parse(line)));
        });
        request.addEventListener("loadend", () => {
          arrived();
          if (!this.finished) this.fail(request);
        });
        request.send(this.body());
      });
    }

    take(news) {
      if (news.state === "waiting") this.say(word("waiting", { ahead: news.ahead }));
      if (news.state === "reading") this.say(word("reading"));
      if (news.state === "indexing") {
        this.say(word("indexing"));
        if (news.done) this.bar.value = (news.done / news.of) * 100;
      }
      if (news.state === "done") this.end(news.results);
    }

    end(results) {
      this.finished = true;
      this.bar.remove();
      this.state.remove();
      this.results.replaceChildren(...results.map((result) => {
        const tone = { added: "good", updated: "good", rejected: "bad" }[result.status] || "";
        const item = make("li", `result ${result.status}`);
        const head = make("p");
        head.append(make("span", `badge ${tone}`, result.word), " ", make("strong", "", result.about));
        item.append(head, ...result.sentences.map((sentence) => make("p", "soft", sentence)));
        if (result.links.length) {
          const links = make("p", "links");
          result.links.forEach((link) => {
            const anchor = make("a", "", link.text);
            anchor.href = link.to;
            links.append(anchor);
          });
          item.append(links);
        }
        return item;
      }));
      results.forEach((result) => { counts[result.status] += 1; });
      this.count();
    }

    fail(request) {
      let text = word("cut_off");
      try {
        const said = JSON.parse(request.responseText);
        text = said.wrong ? Object.values(said.wrong).join(" ") : said.detail || text;
      } catch { /* no answer, or half of one */ }
      this.end([{ status: "rejected", word: word("rejected"), about: this.name, sentences: [text], links: [] }]);
    }

    count() {
      counts.done += 1;
      unfinished -= 1;
      summarise();
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    complain("");
    const url = form.elements.url ? form.elements.url.value.trim() : "";
    if (!files.length && !url) {
      complain(word("choose_files"));
      input.focus();
      return;
    }
    const queue = [];
    files.forEach((file) => {
      const upload = new Upload(file.name, () => {
        const data = fieldsWithout(["files", "url"]);
        data.append("files", file, file.name);
        return data;
      });
      if (file.size > limit) upload.tooBig = file.size;
      queue.push(upload);
    });
    if (url) {
      const data = fieldsWithout(["files"]);
      queue.push(new Upload(url, () => data));
    }
    counts.all = queue.length;
    unfinished = queue.length;
    form.hidden = true;
    const section = document.getElementById("progress");
    section.hidden = false;
    const title = document.getElementById("progress-title");
    title.tabIndex = -1;
    title.focus();
    summarise();
    const next = async () => {
      const upload = queue.shift();
      if (!upload) return;
      if (upload.tooBig) {
        const text = word("too_big", { size: megabytes(upload.tooBig), limit: limit / 1e6 });
        upload.end([{ status: "rejected", word: word("rejected"), about: upload.name, sentences: [text], links: [] }]);
      } else {
        await upload.send();
      }
      await next();
    };
    for (let started = 0; started < AT_ONCE; started += 1) next();
  });

  window.addEventListener("beforeunload", (event) => {
    if (unfinished > 0) event.preventDefault();
  });
})();
