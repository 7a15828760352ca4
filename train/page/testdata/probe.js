// Looks at the page as a reader's browser shows it, or as a printer does where
// printing is true, and leaves what it finds in the document around its frame,
// whose dump has it.
addEventListener("load", () => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const about = (e) => e.outerHTML.slice(0, 160);
  const faults = [];
  const fault = (what, e) => faults.push(what + ": " + about(e));

  const colour = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
  // What is painted behind e, from the outermost ancestor inwards.
  const behind = (e) => {
    const back = e.parentElement ? behind(e.parentElement) : [255, 255, 255];
    return over(colour(getComputedStyle(e).backgroundColor), back);
  };
  // https://www.w3.org/TR/WCAG21/#dfn-relative-luminance
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (e, property) => {
    const back = behind(e);
    const [hi, lo] = [luminance(over(colour(getComputedStyle(e)[property]), back)), luminance(back)].sort((a, b) => b - a);
    return (hi + 0.05) / (lo + 0.05);
  };

  const seen = (e) => e.getClientRects().length > 0;

  // What is folded on the screen must be unfolded on paper, where nobody can
  // unfold it, and what scrolls must fit.
  if (printing) {
    for (const e of all(".arithmetic li, .totals, tfoot td, .matrix td")) if (!seen(e)) fault("folded", e);
    for (const e of all("details, nav, .skip")) if (seen(e)) fault("of no use on paper", e);
    for (const e of all(".scroll")) if (e.scrollWidth > e.clientWidth) fault("cut off on paper, by " + (e.scrollWidth - e.clientWidth), e);
  } else {
    for (const e of all(".arithmetic li")) if (seen(e)) fault("not folded", e);
    for (const e of all("details")) e.open = true;
    for (const e of all(".arithmetic li")) if (!seen(e)) fault("cannot be unfolded", e);
  }

  // A word as short as these must not go on in the next line, nor must a figure.
  for (const e of all("td, th, th span, dd, b")) {
    const word = e.textContent;
    const figure = /^[\d.,]+ (%|s)$/.test(word);
    if (e.children.length || word.length > (e.matches("b") ? 12 : 20) || (/\s/.test(word) && !figure) || !seen(e)) continue;
    const range = document.createRange();
    range.selectNodeContents(e);
    const tops = new Set([...range.getClientRects()].map((r) => r.top));
    if (tops.size > 1) fault("broken in " + tops.size, e);
  }

  let texts = 0;
  for (const e of all("body, body *")) {
    if (e.matches("script, style") || ![...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim())) continue;
    texts++;
    const ratio = contrast(e, e.closest("svg") ? "fill" : "color");
    if (!(ratio >= 4.5)) fault("contrast " + ratio.toFixed(2), e);
  }
  for (const e of all("polyline.curve")) if (!(contrast(e, "stroke") >= 3)) fault("contrast of a curve", e);

  for (const e of all("[src], [href], [srcset], [action], [data], [poster], [background]")) {
    for (const a of e.attributes) {
      if (/^(src|href|srcset|action|data|poster|background)$/.test(a.name) && !/^(#|data:)/.test(a.value)) fault("refers to " + a.value, e);
    }
  }
  for (const e of all('a[href^="#"]')) if (!document.getElementById(e.hash.slice(1))) fault("leads nowhere", e);
  for (const e of performance.getEntriesByType("resource")) if (!e.name.startsWith("data:")) faults.push("loaded " + e.name);

  for (const e of all("img")) {
    if (!(e.complete && e.naturalWidth > 0)) fault("not loaded", e);
    if (!(e.getAttribute("alt") || "").trim()) fault("no alt", e);
  }
  for (const e of all("svg:not([aria-hidden])")) if (e.getAttribute("role") !== "img" || !e.getAttribute("aria-label")) fault("no words", e);
  for (const e of all("table")) {
    if (!e.caption || !e.caption.textContent.trim()) fault("no caption", e);
    if (!e.querySelector("thead th[scope=col]") || !e.querySelector("tbody th[scope=row]")) fault("no headers", e);
  }
  for (const e of all("th:not([scope])")) fault("no scope", e);
  for (const e of all("[aria-labelledby]")) if (!document.getElementById(e.getAttribute("aria-labelledby"))) fault("label missing", e);
  for (const e of all("[id]")) if (all("#" + e.id).length > 1) fault("id not unique", e);
  for (const e of all(".scroll")) if (e.tabIndex !== 0 || e.getAttribute("role") !== "region") fault("out of reach of the keyboard", e);
  for (const name of ["header", "nav", "main", "footer"]) if (all("body > " + name).length !== 1) faults.push("want one " + name);

  let level = 0;
  for (const e of all("h1, h2, h3, h4, h5, h6")) {
    const next = Number(e.tagName[1]);
    if (next > level + 1) fault("heading out of order", e);
    level = next;
  }
  const first = document.querySelector("a[href], button, [tabindex]");
  if (!first.matches(".skip")) fault("want the skip link first", first);
  first.focus();
  if (first.getBoundingClientRect().left < 0) fault("focus not visible", first);

  // A reader of landmarks hears their names, which must tell them apart.
  const names = new Set();
  for (const e of all("nav, section, [role=region]")) {
    const by = document.getElementById(e.getAttribute("aria-labelledby"));
    const name = ((by && by.textContent) || e.getAttribute("aria-label") || "").trim();
    if (!name || names.has(name)) fault("no name of its own, " + name, e);
    names.add(name);
  }

  const found = {
    Width: innerWidth,
    Dark: matchMedia("(prefers-color-scheme: dark)").matches,
    Overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    Language: document.documentElement.lang,
    Titles: all("h1").length,
    Tables: all("table").length,
    Images: all("img").length,
    Texts: texts,
    Paper: getComputedStyle(document.body).backgroundColor,
    Faults: faults,
  };
  parent.document.getElementById("found").textContent = JSON.stringify(found);
});
