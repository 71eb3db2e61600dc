// The explorer: a map and a grid of galaxies, filtered, sorted and looked at one by one. Drawn with d3 (d3/LICENSE).
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("galaxies").textContent);
  const count = data.names.length;
  const perSheet = data.columns ** 2;
  const element = (id) => document.getElementById(id);
  const made = (tag, properties = {}, ...children) => {
    const one = Object.assign(document.createElement(tag), properties);
    one.append(...children);
    return one;
  };
  const fraction = (value) => (value === null ? NaN : value / 1000);
  const numbers = (values) => (values === null ? null : Float64Array.from(values, fraction));

  // What is known of each galaxy by a number from which colours, filters and orders are made.
  const measured = Object.fromEntries(
    [
      ["uncertainty", "Uncertainty", numbers(data.uncertainty), "The probability that the class is another, or how far its share of the votes is likely to be off"],
      ["fraction", "Votes for its class", numbers(data.fraction), "The share of the volunteers' votes that its class has"],
      ["outlier", "Unlike the usual", numbers(data.outlier), "At 1 it is more unlike the training's galaxies than 999 of 1,000 of these are"],
    ]
      .filter(([, , values]) => values !== null && values.some((value) => !Number.isNaN(value)))
      .map(([name, label, values, meaning]) => [name, { label, values, meaning, extent: d3.extent(values) }]),
  );
  const isRight = data.known && data.known.map((known, row) => known === data.predicted[row]);

  // Pictures: sheets are loaded when one of their galaxies is drawn first.
  const sheets = data.sheets.map(() => null);
  const styles = document.head.appendChild(made("style"));
  function sheetOf(row) {
    const number = Math.floor(row / perSheet);
    if (sheets[number] === null) {
      sheets[number] = new Image();
      sheets[number].addEventListener("load", () => { draw(); if (current !== null) showOne(); });
      sheets[number].src = data.sheets[number];
      styles.sheet.insertRule(`.sheet-${number} { background-image: url("${data.sheets[number]}"); }`);
    }
    return sheets[number];
  }
  const placeOf = (row) => [row % data.columns, Math.floor((row % perSheet) / data.columns)];
  function drawPicture(pen, row, x, y, size) {
    const sheet = sheetOf(row);
    if (!sheet.complete || sheet.naturalWidth === 0) return false;
    const [column, line] = placeOf(row);
    pen.drawImage(sheet, column * data.side, line * data.side, data.side, data.side, x, y, size, size);
    return true;
  }
  function pictureOf(row, pixels) {
    const canvas = made("canvas", { width: pixels, height: pixels });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `Picture of ${data.names[row]}`);
    drawPicture(canvas.getContext("2d"), row, 0, 0, pixels);
    return canvas;
  }

  // Colours are those of the page, which follow what the reader's system prefers.
  let theme = {};
  function readTheme() {
    const css = getComputedStyle(document.documentElement);
    const names = ["paper", "line", "muted", "ink", "accent", "good", "bad", ...new Set(data.colours)];
    theme = Object.fromEntries(names.map((name) => [name, css.getPropertyValue(`--${name}`).trim()]));
  }
  const colourings = {
    predicted: { label: "what the network says", classes: data.predicted },
    ...(data.known && { known: { label: "what is known", classes: data.known }, right: { label: "right or wrong" } }),
    ...Object.fromEntries(Object.entries(measured).map(([name, one]) => [name, { label: one.label.toLowerCase() }])),
  };
  let colours = [];
  function colour() {
    const chosen = element("colour").value;
    const { classes } = colourings[chosen];
    if (classes) {
      colours = classes.map((number) => theme[data.colours[number]]);
    } else if (chosen === "right") {
      colours = isRight.map((right) => (right ? theme.good : theme.bad));
    } else {
      const scale = d3.scaleSequential(d3.interpolateRgb(theme.line, theme.accent)).domain(measured[chosen].extent);
      colours = Array.from(measured[chosen].values, (value) => (Number.isNaN(value) ? theme.muted : scale(value)));
    }
    drawLegend(chosen, classes);
  }
  function drawLegend(chosen, classes) {
    const swatch = (name, text) => {
      const square = made("i");
      square.style.background = name;
      return made("span", {}, square, text);
    };
    const legend = element("legend");
    if (classes) {
      const counts = d3.rollup(shown, (rows) => rows.length, (row) => classes[row]);
      legend.replaceChildren(
        ...data.classes.map((name, number) => swatch(theme[data.colours[number]], `${name} ${counts.get(number) || 0}`)),
      );
    } else if (chosen === "right") {
      const right = shown.filter((row) => isRight[row]).length;
      legend.replaceChildren(swatch(theme.good, `right ${right}`), swatch(theme.bad, `wrong ${shown.length - right}`));
    } else {
      const bar = made("i", { className: "scale" });
      bar.style.background = `linear-gradient(90deg, ${theme.line}, ${theme.accent})`;
      const [low, high] = measured[chosen].extent;
      legend.replaceChildren(made("span", {}, low.toFixed(2), bar, `${high.toFixed(2)} ${colourings[chosen].label}`));
    }
  }

  // Filters and orders.
  const everything = d3.range(count);
  let shown = everything;
  const wanted = { predicted: -1, known: -1, right: "", name: "", ranges: {} };
  function makeFilters() {
    const form = element("filters");
    const choice = (label, name, options) => {
      const select = made("select", { id: `filter-${name}` }, ...options.map(([value, text]) => made("option", { value }, text)));
      select.addEventListener("input", () => { wanted[name] = name === "right" ? select.value : Number(select.value); update(); });
      form.append(made("label", {}, label, select));
    };
    const classes = [[-1, "any"], ...data.classes.map((name, number) => [number, name])];
    choice("The network says", "predicted", classes);
    if (data.known) {
      choice("Known as", "known", classes);
      choice("The network is", "right", [["", "right or wrong"], ["right", "right"], ["wrong", "wrong"]]);
    }
    for (const [name, { label, meaning, extent }] of Object.entries(measured)) {
      const said = made("output");
      const ends = ["from", "to"].map((end, number) => {
        const slider = made("input", { type: "range", min: 0, max: 200, value: number * 200, id: `filter-${name}-${end}` });
        slider.setAttribute("aria-label", `${label}, ${end}`);
        slider.addEventListener("input", () => {
          if (ends[0].valueAsNumber > ends[1].valueAsNumber) ends[1 - number].value = slider.value;
          const at = ends.map((one, which) => (Number(one.value) === which * 200 ? extent[which] : extent[0] + ((extent[1] - extent[0]) * one.value) / 200));
          if (ends[0].value === "0" && ends[1].value === "200") delete wanted.ranges[name]; // also those not known
          else wanted.ranges[name] = at;
          said.textContent = `${at[0].toFixed(2)} to ${at[1].toFixed(2)}`;
          update();
        });
        return slider;
      });
      said.textContent = `${extent[0].toFixed(2)} to ${extent[1].toFixed(2)}`;
      form.append(made("label", { title: meaning }, `${label} `, ...ends, said));
    }
    const search = made("input", { type: "search", id: "filter-name", autocomplete: "off" });
    search.addEventListener("input", () => { wanted.name = search.value.toLowerCase(); update(); });
    form.append(made("label", {}, "Name has", search));
    form.addEventListener("submit", (event) => event.preventDefault());
  }
  function isWanted(row) {
    if (wanted.predicted >= 0 && data.predicted[row] !== wanted.predicted) return false;
    if (wanted.known >= 0 && data.known[row] !== wanted.known) return false;
    if (wanted.right && isRight[row] !== (wanted.right === "right")) return false;
    for (const name in wanted.ranges) {
      const value = measured[name].values[row];
      if (!(value >= wanted.ranges[name][0] && value <= wanted.ranges[name][1])) return false;
    }
    return !wanted.name || data.names[row].toLowerCase().includes(wanted.name);
  }
  const orders = {
    listed: ["as listed", (rows) => rows],
    name: ["name", (rows) => rows.sort((one, other) => (data.names[one] < data.names[other] ? -1 : 1))],
    predicted: ["what the network says", (rows) => rows.sort((one, other) => data.predicted[one] - data.predicted[other] || one - other)],
    ...(data.known && {
      known: ["what is known", (rows) => rows.sort((one, other) => data.known[one] - data.known[other] || one - other)],
      wrong: ["wrong first", (rows) => rows.sort((one, other) => isRight[one] - isRight[other] || one - other)],
    }),
  };
  for (const [name, { label, values }] of Object.entries(measured)) {
    const by = (sign) => (rows) => rows.sort((one, other) => sign * ((Number.isNaN(values[one]) ? 9 : values[one]) - (Number.isNaN(values[other]) ? 9 : values[other])) || one - other);
    orders[`${name}-most`] = [`${label.toLowerCase()}, most first`, by(-1)];
    orders[`${name}-least`] = [`${label.toLowerCase()}, least first`, by(1)];
  }
  let tree = null;
  function update() {
    shown = orders[element("sort").value][1](everything.filter(isWanted));
    tree = d3.quadtree(shown, (row) => place.x[row], (row) => place.y[row]);
    element("none").hidden = shown.length > 0;
    const right = isRight && shown.length > 0 ? `, ${Math.round((1000 * shown.filter((row) => isRight[row]).length) / shown.length) / 10} % right` : "";
    element("count").textContent = `${shown.length.toLocaleString("en")} of ${count.toLocaleString("en")} galaxies${right}`;
    colour();
    draw();
  }

  // The map.
  const canvas = element("map");
  const place = { x: new Float64Array(count), y: new Float64Array(count), width: 1, height: 1 };
  let view = d3.zoomIdentity;
  const zoom = d3.zoom().scaleExtent([0.8, 60]).on("zoom", (event) => { view = event.transform; requestDraw(); });
  let waiting = false;
  function requestDraw() {
    if (!waiting) { waiting = true; requestAnimationFrame(() => { waiting = false; draw(); }); }
  }
  function resize() {
    const { width, height } = element("map-frame").getBoundingClientRect();
    if (width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    [canvas.width, canvas.height] = [width * ratio, height * ratio];
    Object.assign(place, { width, height });
    const margin = 28;
    for (const row of everything) {
      place.x[row] = margin + (data.x[row] / 10000) * (width - 2 * margin);
      place.y[row] = margin + (data.y[row] / 10000) * (height - 2 * margin);
    }
    zoom.extent([[0, 0], [width, height]]).translateExtent([[-width / 2, -height / 2], [1.5 * width, 1.5 * height]]);
    update();
  }
  const pictureSize = () => Math.min(96, Math.max(5, 0.72 * Math.sqrt((place.width * place.height) / count) * view.k));
  const SMALLEST_PICTURE = 15;
  function drawMap() {
    const ratio = window.devicePixelRatio || 1;
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, place.width, place.height);
    const size = pictureSize();
    const half = size / 2;
    const dot = Math.max(2.5, Math.min(size * 0.5, 7));
    const inView = (x, y) => x > -half && y > -half && x < place.width + half && y < place.height + half;
    if (shown.length < count) {
      pen.fillStyle = theme.line;
      for (const row of everything) pen.fillRect(view.applyX(place.x[row]) - 1, view.applyY(place.y[row]) - 1, 2, 2);
    }
    const edge = Math.max(1.5, size / 22);
    for (let number = shown.length - 1; number >= 0; number -= 1) {
      const row = shown[number];
      const x = view.applyX(place.x[row]);
      const y = view.applyY(place.y[row]);
      if (!inView(x, y)) continue;
      if (size >= SMALLEST_PICTURE && drawPicture(pen, row, x - half, y - half, size)) {
        // paper between the black picture and its frame, as dark colours would not show beside it
        for (const [width, colour] of [[3 * edge, colours[row]], [edge, theme.paper]]) {
          pen.lineWidth = width;
          pen.strokeStyle = colour;
          pen.strokeRect(x - half, y - half, size, size);
        }
      } else {
        pen.fillStyle = colours[row];
        pen.fillRect(x - dot / 2, y - dot / 2, dot, dot);
      }
    }
    if (current !== null) {
      const [x, y] = [view.applyX(place.x[current]), view.applyY(place.y[current])];
      const ring = Math.max(size, 18) / 2 + 4;
      drawPicture(pen, current, x - ring + 4, y - ring + 4, 2 * ring - 8);
      for (const [width, name] of [[7, "paper"], [3, "ink"]]) { // no class has the colour of ink
        pen.lineWidth = width;
        pen.strokeStyle = theme[name];
        pen.strokeRect(x - ring, y - ring, 2 * ring, 2 * ring);
      }
    }
  }
  function galaxyAt(event) {
    const [x, y] = d3.pointer(event, canvas);
    const reach = Math.max(pictureSize() * 0.75, 10) / view.k;
    return tree.find(view.invertX(x), view.invertY(y), reach) ?? null;
  }
  function nextFrom(row, [right, down]) {
    const [x, y] = row === null ? [view.invertX(place.width / 2), view.invertY(place.height / 2)] : [place.x[row], place.y[row]];
    let best = row;
    let least = Infinity;
    for (const other of shown) {
      const [dx, dy] = [place.x[other] - x, place.y[other] - y];
      const along = dx * right + dy * down;
      const across = Math.abs(dx * down) + Math.abs(dy * right);
      if (other === row || along <= 0 || (row !== null && across > 2 * along)) continue;
      const distance = along + 2 * across;
      if (distance < least) [best, least] = [other, distance];
    }
    return best;
  }
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.addEventListener("keydown", (event) => {
    if (event.key in ARROWS) choose(nextFrom(current, ARROWS[event.key]));
    else if (event.key === "+" || event.key === "=") zoomBy(1.6);
    else if (event.key === "-") zoomBy(1 / 1.6);
    else if (event.key === "0") d3.select(canvas).call(zoom.transform, d3.zoomIdentity);
    else if (event.key === "Enter" && current !== null) element("one").focus();
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("click", (event) => choose(galaxyAt(event)));
  canvas.addEventListener("pointermove", (event) => {
    const row = event.pointerType === "touch" ? null : galaxyAt(event);
    const tip = element("tip");
    tip.hidden = row === null;
    canvas.style.cursor = row === null ? "" : "pointer";
    if (row === null) return;
    tip.textContent = `${data.names[row]}: ${data.classes[data.predicted[row]]}${data.known && !isRight[row] ? `, known as ${data.classes[data.known[row]]}` : ""}`;
    const [x, y] = d3.pointer(event, element("map-frame"));
    tip.style.left = `${Math.max(4, Math.min(x + 14, place.width - tip.offsetWidth - 4))}px`;
    tip.style.top = `${y + 34 > place.height ? y - 34 : y + 14}px`;
  });
  canvas.addEventListener("pointerleave", () => { element("tip").hidden = true; });
  const zoomBy = (factor) => d3.select(canvas).call(zoom.scaleBy, factor);

  // The grid: only the rows that are seen are there.
  const grid = element("grid");
  const inner = grid.appendChild(made("div"));
  const cell = () => (grid.clientWidth < 500 ? 72 : 92);
  const acrossGrid = () => Math.max(1, Math.floor((grid.clientWidth - 12) / cell()));
  function drawGrid() {
    const [size, across] = [cell(), acrossGrid()];
    const [gap, margin] = [6, 8];
    inner.style.height = `${Math.ceil(shown.length / across) * size + 2 * margin}px`;
    const first = Math.max(0, Math.floor((grid.scrollTop - margin) / size) - 1) * across;
    const last = Math.min(shown.length, first + (Math.ceil(grid.clientHeight / size) + 3) * across);
    const focused = document.activeElement && document.activeElement.dataset.number;
    const steps = current === null ? -1 : shown.indexOf(current);
    const reachable = steps >= first && steps < last ? steps : first;
    const buttons = d3.range(first, last).map((number) => {
      const row = shown[number];
      sheetOf(row);
      const [column, line] = placeOf(row);
      const button = made("button", { type: "button", className: `sheet-${Math.floor(row / perSheet)}`, title: data.names[row] });
      button.setAttribute("aria-label", `${data.names[row]}, ${data.classes[data.predicted[row]]}`);
      if (row === current) button.setAttribute("aria-current", "true");
      Object.assign(button.dataset, { row, number });
      button.tabIndex = number === reachable ? 0 : -1;
      const drawn = size - gap;
      Object.assign(button.style, {
        left: `${margin + (number % across) * size}px`,
        top: `${margin + Math.floor(number / across) * size}px`,
        width: `${drawn}px`,
        height: `${drawn}px`,
        backgroundSize: `${data.columns * drawn}px auto`,
        backgroundPosition: `${-column * drawn}px ${-line * drawn}px`,
      });
      const mark = button.appendChild(made("i"));
      mark.style.background = colours[row];
      return button;
    });
    inner.replaceChildren(...buttons);
    if (focused !== undefined && !grid.hidden) inner.querySelector(`[data-number="${focused}"]`)?.focus({ preventScroll: true });
  }
  grid.addEventListener("scroll", drawGrid, { passive: true });
  grid.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) choose(Number(button.dataset.row));
  });
  grid.addEventListener("keydown", (event) => {
    if (!event.target.dataset.number) return;
    const across = acrossGrid();
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across, Home: -Infinity, End: Infinity }[event.key];
    if (steps === undefined) return;
    event.preventDefault();
    const number = Math.min(shown.length - 1, Math.max(0, Number(event.target.dataset.number) + steps));
    bringIntoGrid(number);
    event.target.dataset.number = number;
    drawGrid();
  });
  function bringIntoGrid(number) {
    const top = Math.floor(number / acrossGrid()) * cell();
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top + cell() + 16 > grid.scrollTop + grid.clientHeight) grid.scrollTop = top + cell() + 16 - grid.clientHeight;
  }

  function draw() {
    if (grid.hidden) drawMap();
    else drawGrid();
  }

  // One galaxy.
  let current = null;
  let addressed = 0;
  const address = () => history.replaceState(null, "", current === null ? location.href.split("#")[0] : `#${encodeURIComponent(data.names[current])}`);
  function choose(row) {
    current = row;
    element("tip").hidden = true; // what it names may move away
    const wasHidden = element("one").hidden;
    element("one").hidden = row === null;
    if (row !== null) showOne();
    clearTimeout(addressed);
    addressed = setTimeout(address, 300); // some browsers forbid a hundred changes within seconds
    if (wasHidden !== element("one").hidden) resize();
    if (row !== null) bringIntoView(row);
    draw();
  }
  function bringIntoView(row) {
    const [x, y] = [view.applyX(place.x[row]), view.applyY(place.y[row])];
    const bottom = window.innerWidth <= 720 ? place.height * 0.35 : place.height;
    if (x < 12 || y < 12 || x > place.width - 12 || y > bottom - 12)
      d3.select(canvas).call(zoom.translateTo, place.x[row], place.y[row], [place.width / 2, bottom / 2]);
  }
  function showOne() {
    const row = current;
    const pictures = pictureOf(row, 4 * data.side);
    pictures.className = "large";
    const parts = [pictures, made("h2", {}, data.names[row])];
    const said = data.classes[data.predicted[row]];
    parts.push(made("p", {}, "The network says ", made("strong", {}, said), `, uncertainty ${fraction(data.uncertainty[row]).toFixed(3)}.`));
    if (data.known) {
      const votes = data.fraction && data.fraction[row] !== null ? `, ${Math.round(data.fraction[row] / 10)} % of the votes` : "";
      const verdict = made("strong", { className: isRight[row] ? "verdict-right" : "verdict-wrong" }, isRight[row] ? "✓ right" : "✗ wrong");
      parts.push(made("p", {}, "Known as ", made("strong", {}, data.classes[data.known[row]]), `${votes}: `, verdict));
    }
    const outlier = fraction(data.outlier[row]);
    if (!Number.isNaN(outlier)) {
      const meaning = outlier > 1 ? "more than 999 of 1,000 galaxies of the training's survey" : "1 is more than 999 of 1,000 galaxies are";
      parts.push(made("p", { className: "label" }, `Unlike the usual: ${outlier.toFixed(2)} (${meaning}).`));
    }
    parts.push(made("h3", {}, data.votes ? "The network's fractions (bars), the volunteers' (ticks)" : "The network's fractions"), answersOf(row));
    const near = made("div", { className: "near" });
    for (const other of data.near[row]) {
      const mark = made("i");
      mark.style.background = theme[data.colours[data.predicted[other]]];
      const button = made("button", { type: "button", title: data.names[other] }, pictureOf(other, data.side), mark);
      button.setAttribute("aria-label", `${data.names[other]}, ${data.classes[data.predicted[other]]}`);
      button.addEventListener("click", () => choose(other));
      near.append(button);
    }
    parts.push(made("h3", {}, "Nearest in what the network sees"), near);
    element("one-content").replaceChildren(...parts);
  }
  function answersOf(row) {
    const list = made("div", { className: "answers" });
    const asked = d3.rollup(d3.range(data.answers.length), (rows) => d3.sum(rows, (one) => data.outputs[row][one]), (one) => data.answers[one].question);
    data.answers.forEach((answer, number) => {
      const faint = answer.question && asked.get(answer.question) < 100 ? " faint" : "";
      if (answer.question && (number === 0 || data.answers[number - 1].question !== answer.question))
        list.append(made("div", { className: `question${faint}` }, answer.question));
      const value = data.outputs[row][number];
      const bars = made("div", { className: `bars${faint}` });
      bars.append(made("b"));
      bars.firstChild.style.width = `${value / 10}%`;
      const voted = data.votes && data.votes[row][number];
      if (voted !== null && voted !== undefined && data.votes) {
        bars.append(made("u"));
        bars.lastChild.style.left = `calc(${voted / 10}% - 1px)`;
      }
      list.append(made("div", { className: faint }, answer.name), bars, made("div", { className: `number${faint}` }, (value / 1000).toFixed(2)));
    });
    return list;
  }

  // The page as a whole.
  function showAs(name) {
    const isMap = name === "map";
    element("map-frame").hidden = !isMap;
    grid.hidden = isMap;
    element("as-map").setAttribute("aria-pressed", isMap);
    element("as-grid").setAttribute("aria-pressed", !isMap);
    element("sort").parentElement.hidden = isMap; // in a map nothing comes first
    if (isMap) resize();
    else draw();
  }
  function close() {
    const number = shown.indexOf(current);
    choose(null);
    if (grid.hidden) return canvas.focus();
    if (number >= 0) bringIntoGrid(number);
    drawGrid();
    (grid.querySelector(`[data-number="${number}"]`) || grid.querySelector("button[tabindex='0']") || grid).focus();
  }
  element("as-map").addEventListener("click", () => showAs("map"));
  element("as-grid").addEventListener("click", () => showAs("grid"));
  element("close").addEventListener("click", close);
  element("closer").addEventListener("click", () => zoomBy(1.6));
  element("farther").addEventListener("click", () => zoomBy(1 / 1.6));
  element("whole").addEventListener("click", () => d3.select(canvas).call(zoom.transform, d3.zoomIdentity));
  element("filters-shown").addEventListener("click", () => {
    const form = element("filters");
    form.hidden = !form.hidden;
    element("filters-shown").setAttribute("aria-expanded", !form.hidden);
    resize();
  });
  element("reset").addEventListener("click", () => {
    Object.assign(wanted, { predicted: -1, known: -1, right: "", name: "", ranges: {} });
    element("filters").replaceChildren();
    makeFilters();
    d3.select(canvas).call(zoom.transform, d3.zoomIdentity);
    update();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && current !== null) close(); });
  for (const [name, options] of [["colour", Object.entries(colourings).map(([value, one]) => [value, one.label])], ["sort", Object.entries(orders).map(([value, [label]]) => [value, label])]]) {
    element(name).append(...options.map(([value, text]) => made("option", { value }, text)));
    element(name).addEventListener("input", update);
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readTheme(); update(); });
  readTheme();
  makeFilters();
  d3.select(canvas).call(zoom).on("dblclick.zoom", null);
  element("sort").parentElement.hidden = true;
  new ResizeObserver(() => {
    if (grid.hidden) return resize();
    const focused = document.activeElement?.dataset?.number;
    if (focused !== undefined) bringIntoGrid(Number(focused)); // with other columns it is elsewhere
    draw();
  }).observe(element("stage"));
  resize();
  const asked = data.names.findIndex((name) => `#${encodeURIComponent(name)}` === location.hash);
  if (asked >= 0) choose(asked);
})();
