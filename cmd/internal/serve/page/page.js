"use strict";
// Draws, asks the server as one draws, one question at a time, and shows its answer.
(() => {
  const $ = (id) => document.getElementById(id);
  const board = $("board"), ink = board.getContext("2d");
  const width = 20; // of a stroke, in pixels of the board, as broad as MNIST's
  let strokes = []; // each a list of points, or an image
  let stroke = null; // that is being drawn
  const pen = { x: 140, y: 140, down: false, seen: false }; // of the keyboard

  function line(points) {
    ink.lineWidth = width;
    ink.lineCap = ink.lineJoin = "round";
    ink.strokeStyle = "#000";
    ink.beginPath();
    ink.moveTo(points[0].x, points[0].y);
    for (const p of points) ink.lineTo(p.x + 0.01, p.y); // a line of no length is not drawn
    ink.stroke();
  }

  function paint() {
    ink.fillStyle = "#fff";
    ink.fillRect(0, 0, board.width, board.height);
    for (const s of strokes) {
      if (s.file) {
        if (!s.image.width) continue;
        const k = Math.min(board.width / s.image.width, board.height / s.image.height);
        const w = k * s.image.width, h = k * s.image.height;
        ink.imageSmoothingEnabled = k < 1;
        ink.drawImage(s.image, (board.width - w) / 2, (board.height - h) / 2, w, h);
      } else if (s.image) {
        ink.imageSmoothingEnabled = false;
        ink.drawImage(s.image, 0, 0, board.width, board.height);
      } else line(s);
    }
  }

  // The pen of the keyboard is seen, and no part of the drawing.
  function paintPen() {
    if (!pen.seen) return;
    ink.lineWidth = 2;
    ink.strokeStyle = pen.down ? "#b3420a" : "#0a58b5";
    ink.beginPath();
    ink.arc(pen.x, pen.y, width / 2 + 2, 0, 7);
    ink.stroke();
  }

  let asked = false, asking = false;
  function changed() {
    asked = true;
    if (!asking) ask();
  }

  async function ask() {
    asking = true;
    while (asked) {
      asked = false;
      if (strokes.length === 0) {
        nothing();
        continue;
      }
      paint();
      // A file that nothing is drawn on is asked about as it is.
      const blob = strokes.length === 1 && strokes[0].file || await new Promise((done) => board.toBlob(done, "image/png"));
      paintPen();
      try {
        const answer = await fetch("predict?maps=1", { method: "POST", body: blob });
        const said = await answer.json();
        if (!answer.ok) throw new Error(said.error);
        if (strokes.length > 0) show(said);
        fault("");
      } catch (e) {
        fault(e instanceof TypeError ? "The server does not answer: is it still running?" : String(e.message));
      }
    }
    asking = false;
  }

  function fault(words) {
    $("fault").hidden = words === "";
    if ($("fault").textContent !== words) $("fault").textContent = words;
  }

  const percent = (p) => (100 * p).toFixed(1) + " %";

  function show(said) {
    const all = said.probabilities || said.values || [];
    $("class").textContent = said.name;
    const sure = said.probabilities ? percent(all[said.class]) + " sure" : "";
    $("sure").textContent = sure;
    speak(said.name + (sure ? ", " + sure : ""));
    const rows = $("shares").rows;
    const least = document.querySelector(".shares.many") ? [...all].sort((a, b) => b - a)[Math.min(20, all.length) - 1] : -Infinity;
    for (let i = 0; i < rows.length && i < all.length; i++) {
      rows[i].classList.toggle("best", i === said.class);
      rows[i].hidden = all[i] < least;
      rows[i].cells[2].textContent = said.probabilities ? percent(all[i]) : all[i].toPrecision(4);
      rows[i].querySelector(".bar").style.width = said.probabilities ? 100 * all[i] + "%" : "0";
    }
    if (said.prepared) {
      $("prepared").src = said.prepared;
      $("prepared").alt = "What the network is shown: the picture, in its size";
    }
    $("prepared").hidden = $("shown").hidden = !said.prepared;
    const figures = $("maps").children;
    (said.layers || []).forEach((l, i) => {
      const img = figures[i].querySelector("img");
      img.src = l.image;
      img.width = l.width;
      img.height = l.height;
      img.alt = "What " + l.name + " makes of it: " + (l.shape.length === 3 ? l.shape[0] + " maps of " + l.shape[1] + "×" + l.shape[2] : l.shape.join("×") + " values");
      img.classList.toggle("vector", l.shape.length !== 3 || l.shape[1] * l.shape[2] === 1);
      img.hidden = false;
    });
  }

  function nothing() {
    $("class").textContent = "–";
    const none = $("file") ? "Nothing is chosen" : "Nothing is drawn";
    $("sure").textContent = none + " yet.";
    speak(none);
    for (const row of $("shares").rows) {
      row.classList.remove("best");
      row.cells[2].textContent = "–";
      row.querySelector(".bar").style.width = "0";
    }
    $("prepared").hidden = $("shown").hidden = true;
    for (const img of document.querySelectorAll("#maps img")) img.hidden = true;
    fault("");
  }

  // Said aloud is what has stood for a moment, not each step on the way to it.
  let later = 0;
  function speak(words) {
    clearTimeout(later);
    later = setTimeout(() => { $("spoken").textContent = words; }, 600);
  }

  function point(e) {
    const r = board.getBoundingClientRect();
    return { x: (e.clientX - r.left) * board.width / r.width, y: (e.clientY - r.top) * board.height / r.height };
  }

  board.addEventListener("pointerdown", (e) => {
    if (stroke || e.button !== 0) return;
    if (e.isTrusted) board.setPointerCapture(e.pointerId); // of others there is none
    pen.seen = pen.down = false;
    stroke = [point(e)];
    stroke.id = e.pointerId;
    strokes.push(stroke);
    paint();
    changed();
  });
  board.addEventListener("pointermove", (e) => {
    if (!stroke || e.pointerId !== stroke.id) return;
    for (const c of e.getCoalescedEvents ? e.getCoalescedEvents() : [e]) stroke.push(point(c));
    stroke.push(point(e));
    paint();
    changed();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    board.addEventListener(end, (e) => {
      if (stroke && e.pointerId === stroke.id) stroke = null;
    });
  }

  function clear() {
    strokes = [];
    stroke = null;
    pen.down = false;
    paint();
    paintPen();
    changed();
  }

  const steps = { ArrowLeft: [-7, 0], ArrowRight: [7, 0], ArrowUp: [0, -7], ArrowDown: [0, 7] };
  board.addEventListener("keydown", (e) => {
    const step = steps[e.key];
    if (step) {
      pen.x = Math.min(Math.max(pen.x + step[0], 0), board.width);
      pen.y = Math.min(Math.max(pen.y + step[1], 0), board.height);
      if (pen.down) strokes[strokes.length - 1].push({ x: pen.x, y: pen.y });
    } else if (e.key === " ") {
      pen.down = !pen.down;
      if (pen.down) strokes.push([{ x: pen.x, y: pen.y }]);
    } else if (e.key === "Delete" || e.key === "Backspace") {
      clear();
    } else return;
    e.preventDefault();
    pen.seen = true;
    paint();
    paintPen();
    if (pen.down) changed();
  });
  board.addEventListener("focus", () => {
    if (board.matches(":focus-visible")) {
      pen.seen = true;
      paintPen();
    }
  });
  board.addEventListener("blur", () => {
    pen.seen = pen.down = false;
    paint();
  });

  async function choose(file) {
    try {
      strokes = [{ file, image: await createImageBitmap(file) }];
    } catch {
      strokes = [{ file, image: new Image() }]; // the server may know what the browser does not
    }
    stroke = null;
    pen.down = false;
    paint();
    changed();
  }
  if ($("file")) {
    $("file").addEventListener("change", (e) => { if (e.target.files[0]) choose(e.target.files[0]); });
    document.addEventListener("dragover", (e) => e.preventDefault());
    document.addEventListener("drop", (e) => {
      e.preventDefault();
      if (e.dataTransfer.files[0]) choose(e.dataTransfer.files[0]);
    });
    document.addEventListener("paste", (e) => { if (e.clipboardData.files[0]) choose(e.clipboardData.files[0]); });
  }

  $("clear").addEventListener("click", clear);
  $("undo").addEventListener("click", () => {
    strokes.pop();
    pen.down = false;
    paint();
    changed();
  });
  for (const b of document.querySelectorAll("[data-sample]")) {
    b.addEventListener("click", () => {
      strokes = [{ image: b.querySelector("img") }];
      paint();
      changed();
    });
  }
  paint();
})();
