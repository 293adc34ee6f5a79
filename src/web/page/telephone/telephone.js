// Comfort only: without this script every form and link of the page does the same by itself.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const phones = $("phones");
  if (!phones) return;
  const text = $("text"), count = $("count"), keys = $("keys");

  // GSM 03.38: one septet each, and those that take two.
  const ONE = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
  const TWO = "^{}\\[~]|€";

  function counted() {
    let units = 0, isPlain = true;
    for (const letter of text.value) {
      if (ONE.includes(letter)) units += 1;
      else if (TWO.includes(letter)) units += 2;
      else isPlain = false;
    }
    if (!isPlain) units = text.value.length;
    const [single, each] = isPlain ? [160, 153] : [70, 67];
    const parts = units <= single ? 1 : Math.ceil(units / each);
    const warning = isPlain ? "" : ` · ${count.dataset.unicode}`;
    count.textContent = units ? `${units} ${count.dataset.characters} · ${parts} SMS${warning}` : "";
  }

  // Only what is new is put in, so that a screen reader says only that.
  function lines(fresh) {
    const thread = $("thread");
    [...fresh.children].forEach((line, rank) => {
      const known = thread.children[rank];
      if (!known) thread.append(line);
      else if (known.outerHTML !== line.outerHTML) known.replaceWith(line);
    });
  }

  let looks = 0;
  function take(html, address) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    if (!fresh.getElementById("phones") || fresh.querySelector(".alert")) {
      location.assign(address);
      return;
    }
    lines(fresh.getElementById("thread"));
    const screen = $("screen"), next = fresh.getElementById("screen");
    if (screen.textContent !== next.textContent) screen.textContent = next.textContent;
    screen.className = next.className;
    const line = fresh.getElementById("line");
    if ($("line").innerHTML !== line.innerHTML) $("line").replaceWith(line);
    const token = fresh.querySelector(".write [name=session]").value;
    document.querySelector(".write [name=session]").value = token;
    history.replaceState(null, "", address);
    ready();
  }

  function ready() {
    const answer = $("answer");
    for (const key of keys.children) key.disabled = !answer;
    keys.hidden = false;
    counted();
    if ($("thread").querySelector(".waiting") && looks < 8) {
      looks += 1;
      setTimeout(look, 500 * looks);
    }
  }

  // An SMS on its way arrives without being asked for.
  async function look() {
    const address = location.href;
    const answer = await fetch(address).catch(() => null);
    if (answer?.ok && address === location.href) lines(new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("thread"));
    ready();
  }

  let isBusy = false;
  document.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    if (form.method !== "post" || !phones.contains(form)) return;
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    looks = 0;
    const action = button?.getAttribute("formaction") || form.getAttribute("action");
    const isSms = form.classList.contains("write");
    let html, address;
    try {
      const answer = await fetch(action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (!answer.ok) throw new Error(answer.status);
      [html, address] = [await answer.text(), answer.url];
    } catch {
      form.action = action;
      form.submit();
      return;
    } finally {
      isBusy = false;
    }
    if (isSms) text.value = "";
    take(html, address);
    if (isSms) text.focus();
    else ($("answer") || $("dial"))?.focus();
  });

  document.addEventListener("click", (event) => {
    const example = event.target.closest("a[data-text]");
    if (example) {
      event.preventDefault();
      text.value = example.dataset.text;
      counted();
      text.focus();
    }
    const answer = $("answer");
    if (answer && event.target.parentElement === keys) answer.value += event.target.textContent;
  });

  text.addEventListener("input", counted);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      text.form.requestSubmit();
    }
  });
  ready();
})();
