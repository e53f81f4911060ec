/** The queries that are open, each in a tab; there is no strip while there is one. */
export class TabStrip {
  constructor(page) {
    this.page = page;
    // The record drawer and Ingest have tabs of their own.
    this.tabs = page.locator("[role=tab][id^=tab-]");
  }

  tab(name) {
    return this.tabs.filter({ hasText: name });
  }

  async open() {
    const before = await this.tabs.count();
    await this.page.getByRole("button", { name: "New tab" }).click();
    await this.tabs.nth(Math.max(1, before)).waitFor();
  }

  async names() {
    return this.tabs.evaluateAll((all) => all.map((tab) => tab.firstElementChild.textContent));
  }

  async isShown(name) {
    await this.tab(name).and(this.page.locator("[aria-selected=true]")).waitFor();
  }

  async rename(name, to) {
    await this.tab(name).dblclick();
    await this.page.getByRole("textbox", { name: "Name of the tab" }).fill(to);
    await this.page.keyboard.press("Enter");
    await this.tab(to).waitFor();
  }
}
