"use strict";
// Uses the page as a reader does, and tells the frame around it what came of it.
(async () => {
  const $ = (id) => document.getElementById(id);
  const faults = [];
  addEventListener("error", (e) => faults.push("error: " + e.message));
  addEventListener("securitypolicyviolation", (e) => faults.push("policy: " + e.violatedDirective + " " + e.blockedURI));
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const shown = () => $("class").textContent;
  const until = async (what, met) => {
    for (let i = 0; i < 200; i++) {
      if (met()) return;
      await pause(50);
    }
    faults.push("nothing came of " + what);
  };
  const board = $("board");
  const pointer = (type, x, y) => {
    const r = board.getBoundingClientRect();
    board.dispatchEvent(new PointerEvent(type, { pointerId: 7, pointerType: "pen", button: 0, bubbles: true, clientX: r.left + x * r.width, clientY: r.top + y * r.height }));
  };
  const key = (k) => board.dispatchEvent(new KeyboardEvent("keydown", { key: k, bubbles: true, cancelable: true }));

  const got = { Before: shown(), Dark: matchMedia("(prefers-color-scheme: dark)").matches };
  // All that can be reached by the keyboard, in order.
  got.Reached = [...document.querySelectorAll("a, button, [tabindex='0']")].map((e) => e.dataset.sample || e.id || e.className);

  pointer("pointerdown", 0.5, 0.15);
  for (let y = 0.2; y < 0.85; y += 0.05) pointer("pointermove", 0.5, y);
  pointer("pointerup", 0.5, 0.85);
  await until("a stroke", () => shown() !== "–");
  await pause(1500);
  got.Stroke = shown();
  got.Spoken = $("spoken").textContent;
  got.Sum = Math.round([...$("shares").rows].reduce((sum, row) => sum + parseFloat(row.cells[2].textContent), 0));
  got.Maps = [...document.querySelectorAll("#maps img")].filter((i) => !i.hidden && i.complete && i.naturalWidth > 0 && i.alt).length;
  got.Overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;

  $("undo").click();
  await until("undo", () => shown() === "–");
  got.AfterUndo = shown();

  board.focus();
  key(" ");
  for (let i = 0; i < 12; i++) key("ArrowDown");
  await until("the keyboard", () => shown() !== "–");
  got.Keys = shown();
  key("Delete");
  await until("Delete", () => shown() === "–");
  got.Cleared = shown();

  document.querySelector("[data-sample='3']").click();
  await until("a sample", () => shown() !== "–");
  got.Sample = shown();
  if (!$("fault").hidden) faults.push("fault: " + $("fault").textContent);
  if (window.axe) {
    const found = await axe.run(document, { resultTypes: ["violations"] });
    for (const v of found.violations) faults.push(`axe: ${v.id}: ${v.help}: ${v.nodes.map((n) => n.html).join(" ")}`);
    got.Axe = axe.version;
  }
  got.Faults = faults;
  parent.document.getElementById("found").textContent = JSON.stringify(got);
})();
