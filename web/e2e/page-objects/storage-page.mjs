/** The Storage & retention tab of a dataset. */
export class StoragePage {
  constructor(page) {
    this.page = page;
    this.pane = page.getByRole("region", { name: /^Storage and retention of/ });
    this.storage = this.section("Storage");
    this.retention = this.section("Retention");
    this.holds = this.section("Holds");
    this.protection = this.section("Protection");
    this.erase = this.section("Erase records");
    this.room = this.section("Give room back");
    this.dialog = page.getByRole("alertdialog");
  }

  section(name) {
    return this.pane.getByRole("region", { name, exact: true });
  }

  async open(scope, dataset = "http_requests") {
    await this.page.goto(`/datasets/${dataset}?scope=${scope}&tab=storage`);
    await this.pane.waitFor();
  }

  /** The value of a figure. */
  figure(label) {
    return this.storage.getByRole("term").filter({ hasText: label }).locator("xpath=following-sibling::dd[1]");
  }

  async changeRetention(number, unit, by) {
    await this.retention.getByRole("button", { name: "Change" }).click();
    await this.retention.getByLabel("Unit").selectOption(unit);
    if (number !== null) await this.retention.getByLabel("Keep for").fill(number);
    if (by) await this.retention.getByLabel("What goes").selectOption(by);
    await this.retention.getByRole("button", { name: "Save" }).click();
  }

  async openHoldForm() {
    await this.holds.getByRole("button", { name: "Place a hold" }).click();
    return this.holds.getByRole("form", { name: "New hold" });
  }

  async count(where, reason) {
    await this.erase.getByLabel("Condition").fill(where);
    await this.erase.getByLabel("Reason").fill(reason);
    await this.erase.getByRole("button", { name: "Count them first" }).click();
  }
}
