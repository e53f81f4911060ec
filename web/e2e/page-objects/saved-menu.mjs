/** Saved and recent queries. */
export class SavedMenu {
  constructor(page) {
    this.page = page;
    this.dialog = page.getByRole("dialog", { name: "Saved queries" });
    this.recent = page.getByRole("dialog", { name: "Recent queries" });
  }

  async open() {
    await this.page.getByRole("button", { name: "Saved", exact: true }).click();
    await this.dialog.waitFor();
  }

  async openRecent() {
    await this.page.getByRole("button", { name: "Recent", exact: true }).click();
    await this.recent.waitFor();
  }

  async save(name, description) {
    await this.dialog.getByLabel("Name of the query").fill(name);
    await this.dialog.getByLabel("What it is for").fill(description);
    await this.dialog.getByRole("button", { name: "Save", exact: true }).click();
    await this.entry(name).waitFor();
  }

  entry(name) {
    return this.dialog.getByRole("listitem").filter({ hasText: name });
  }
}
