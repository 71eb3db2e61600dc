// A click on a column's name sorts the table by it, another the other way round; empty cells stay at the end.
const number = (text) => Number(text.replace(/^< /, "").replace("−", "-").split(/\s/)[0]);

function sort(table, column, direction) {
  const rows = [...table.tBodies[0].rows];
  const text = (row) => row.cells[column].textContent.trim();
  const full = rows.filter((row) => text(row));
  const isOfNumbers = full.every((row) => Number.isFinite(number(text(row))));
  const compare = isOfNumbers
    ? (one, other) => number(text(one)) - number(text(other))
    : (one, other) => text(one).localeCompare(text(other), "en", { numeric: true });
  full.sort((one, other) => direction * compare(one, other));
  table.tBodies[0].append(...full, ...rows.filter((row) => !text(row)));
}

for (const table of document.querySelectorAll("table.sorted")) {
  const names = [...table.tHead.rows[0].cells];
  names.forEach((name, column) => {
    name.querySelector("button").addEventListener("click", () => {
      const isUp = name.getAttribute("aria-sort") !== "ascending";
      names.forEach((other) => other.removeAttribute("aria-sort"));
      name.setAttribute("aria-sort", isUp ? "ascending" : "descending");
      sort(table, column, isUp ? 1 : -1);
    });
  });
}
