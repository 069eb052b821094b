/* What the picture leaves out: shortfall, kind, division, tier, customer, the legend's entries, loops; and the period. */
"use strict";
function connectFilters({ page, panel, refresh, usePicture, later, show }) {
  const { percent } = page.words;
  const byId = (id) => document.getElementById(id);
  const legend = [...document.querySelectorAll("[data-bin]")];

  function changed() {
    refresh();
    panel.updateCauses();
    later();
  }

  const chosen = ["kind", "division", "tier", "customer"].filter((key) => byId(key));
  chosen.forEach((key) =>
    byId(key).addEventListener("change", (event) => {
      page.filters[key] = event.target.value;
      if (key === "customer" && event.target.value !== "")
        page.reaching = { customer: event.target.value, from: page.upstreamOf(Number(event.target.value)) };
      changed();
    }),
  );
  byId("shortfall").addEventListener("input", (event) => {
    page.filters.shortfall = Number(event.target.value) / 100;
    update();
    changed();
  });
  byId("loops").addEventListener("change", (event) => {
    page.filters.loops = event.target.checked;
    changed();
  });
  if (byId("extent"))
    byId("extent").addEventListener("change", (event) => {
      usePicture(Number(event.target.value));
      changed();
    });
  if (byId("period"))
    byId("period").addEventListener("change", (event) => {
      page.period = event.target.value === "" ? null : Number(event.target.value);
      show();
      page.announce(page.title());
      later();
    });
  if (byId("differences"))
    byId("differences").addEventListener("change", (event) => {
      page.differences = event.target.checked;
      changed();
    });
  legend.forEach((entry) =>
    entry.addEventListener("click", () => {
      const bin = Number(entry.dataset.bin);
      if (!page.filters.bins.delete(bin)) page.filters.bins.add(bin);
      update();
      changed();
    }),
  );

  /** Let every control show what is filtered, whoever has set it. */
  function update() {
    const { filters } = page;
    chosen.forEach((key) => {
      byId(key).value = filters[key];
    });
    if (filters.customer !== "")
      page.reaching = { customer: filters.customer, from: page.upstreamOf(Number(filters.customer)) };
    byId("shortfall").value = String(Math.round(100 * filters.shortfall));
    byId("shortfall-value").textContent = percent(filters.shortfall, 0);
    byId("shortfall").setAttribute("aria-valuetext", percent(filters.shortfall, 0));
    byId("loops").checked = filters.loops;
    if (byId("extent")) byId("extent").value = String(page.extent);
    if (byId("period")) byId("period").value = page.period === null ? "" : String(page.period);
    if (byId("differences")) byId("differences").checked = page.differences;
    legend.forEach((entry) => entry.setAttribute("aria-pressed", String(filters.bins.has(Number(entry.dataset.bin)))));
  }
  return { update };
}
