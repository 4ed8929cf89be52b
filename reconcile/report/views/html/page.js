
"use strict";
// Filters the table. Without it the page shows everything.
(() => {
  const box = document.getElementById("filter");
  if (!box) return;
  const text = document.getElementById("text");
  const word = document.getElementById("word");
  const shown = document.getElementById("shown");
  const jobs = Array.from(document.querySelectorAll("#table > tbody"));
  let texts = null;

  const filter = () => {
    texts ??= jobs.map((job) => job.textContent.toLowerCase());
    const wanted = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    jobs.forEach((job, place) => {
      const fits =
        (!word.value || job.dataset.word === word.value) && wanted.every((part) => texts[place].includes(part));
      job.hidden = !fits;
      count += fits;
    });
    shown.textContent = `${count} of ${jobs.length} ${shown.dataset.what} shown`;
  };

  const clear = () => {
    text.value = "";
    word.value = "";
    filter();
  };

  text.addEventListener("input", filter);
  text.addEventListener("keydown", (event) => event.key === "Escape" && clear());
  word.addEventListener("change", filter);
  // A link to a job that is filtered out shows all jobs again.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#job-']");
    if (link && document.querySelector(link.hash)?.hidden) clear();
  });
  box.hidden = false;
  if (text.value || word.value) filter(); // what the browser kept while the page was loaded anew
})();
