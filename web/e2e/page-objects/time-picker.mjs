export class TimePicker {
  constructor(page) {
    this.page = page;
    this.dialog = page.getByRole("dialog", { name: "Time range" });
  }

  async open() {
    await this.page.keyboard.press("t");
    await this.dialog.waitFor();
  }

  async choose(preset) {
    await this.open();
    await this.dialog.getByRole("button", { name: preset }).click();
    await this.closed();
  }

  async set(from, to) {
    await this.open();
    await this.dialog.getByLabel("From (UTC)").fill(from);
    await this.dialog.getByLabel("To (UTC)").fill(to);
    await this.dialog.getByRole("button", { name: "Apply" }).click();
    await this.closed();
  }

  async closed() {
    await this.dialog.waitFor({ state: "hidden" });
  }
}
