export class RecordDrawer {
  constructor(page) {
    this.page = page;
    this.drawer = page.getByRole("complementary", { name: "Record" });
    this.events = this.drawer.getByRole("list", { name: "Firewall events" });
    this.why = this.drawer.getByRole("region", { name: "Why blocked" });
    this.surrounding = this.drawer.getByRole("table", { name: "Records in order" });
  }

  async ready() {
    await this.drawer.waitFor();
  }

  async title() {
    return this.drawer.getByRole("heading").first().innerText();
  }

  tab(name) {
    return this.drawer.getByRole("tab", { name });
  }

  async value(field) {
    return this.drawer.locator("dt", { hasText: new RegExp(`^${field}$`) }).locator("xpath=following-sibling::dd[1]").innerText();
  }

  async onlyThis(field) {
    await this.drawer.locator("dt", { hasText: new RegExp(`^${field}$`) }).hover();
    await this.drawer.getByRole("button", { name: `Only this ${field}`, exact: true }).click();
  }

  /** The rows of a table of related records, without its head. */
  rows(table) {
    return this.drawer.getByRole("table", { name: table }).locator("tbody").getByRole("row");
  }

  async openRelated(table, index) {
    await this.rows(table).nth(index).getByRole("button").click();
  }

  async back() {
    await this.drawer.getByRole("button", { name: "Back to the record before" }).click();
  }

  async openMenu(field) {
    await this.drawer.locator("dt", { hasText: new RegExp(`^${field}$`) }).hover();
    await this.drawer.getByRole("button", { name: `More for ${field}`, exact: true }).click();
  }

  async json() {
    await this.tab("JSON").click();
    return JSON.parse(await this.drawer.locator("pre").innerText());
  }
}
