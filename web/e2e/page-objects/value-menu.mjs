/** The menu of a value, in the table and in the drawer. */
export class ValueMenu {
  constructor(page) {
    this.page = page;
    this.menu = page.getByRole("menu");
  }

  item(name) {
    return this.menu.getByRole("menuitem", { name });
  }

  async choose(name) {
    await this.item(name).click();
    await this.menu.waitFor({ state: "hidden" });
  }

  /** How many rows of a dataset have the value, once that is known. */
  async countIn(dataset) {
    const line = this.item(new RegExp(`^${dataset}\\s*[\\d,.]+`));
    await line.waitFor();
    return Number((await line.innerText()).replace(dataset, "").replaceAll(/[,\s]/g, ""));
  }
}
