// The progress of long work, asked for every second while there is some; without it a link refreshes the page.
"use strict";

document.documentElement.classList.add("scripted");

const box = document.querySelector(".only input");
box?.addEventListener("change", () => box.form.submit());

const job = document.getElementById("job");

async function look() {
  const reply = await fetch(job.dataset.poll, { headers: { Accept: "application/json" } });
  if (!reply.ok) throw new Error(String(reply.status));
  const now = await reply.json();
  if (now.state !== "running") {
    location.reload();
    return;
  }
  const bar = job.querySelector("progress");
  if (now.total) {
    bar.max = now.total;
    bar.value = now.done;
    job.querySelector(".count").textContent = job.dataset.progress.replace("{done}", now.done).replace("{total}", now.total);
  }
  setTimeout(poll, 1000);
}

// A server that starts again answers later.
const poll = () => look().catch(() => setTimeout(poll, 5000));

if (job?.dataset.state === "running") poll();
