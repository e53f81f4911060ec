export class RecordDrawer {
  constructor(page) {
    this.page = page;
    this.drawer = page.getByRole("complementary", { name: "Record" });
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

  async json() {
    await this.tab("JSON").click();
    return JSON.parse(await this.drawer.locator("pre").innerText());
  }
}
