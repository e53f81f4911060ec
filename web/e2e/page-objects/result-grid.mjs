export class ResultGrid {
  constructor(page) {
    this.page = page;
    this.grid = page.getByRole("grid", { name: "Results" });
    this.empty = page.getByRole("heading", { name: "No event matches" });
  }

  async ready() {
    await this.grid.waitFor();
    await this.row(0).waitFor();
  }

  /** The first record is row 0; the header is `aria-rowindex` 1. */
  row(index) {
    return this.grid.locator(`[role=row][aria-rowindex="${index + 2}"]`);
  }

  cell(index, field) {
    return this.row(index).locator(`[role=gridcell][data-field="${field}"]`);
  }

  async count() {
    return Number(await this.grid.getAttribute("aria-rowcount")) - 1;
  }

  async fields() {
    return this.row(0).locator("[role=gridcell]").evaluateAll((cells) => cells.map((c) => c.dataset.field));
  }

  async openRow(index) {
    await this.row(index).click();
  }

  async focus() {
    await this.grid.focus();
  }
}
