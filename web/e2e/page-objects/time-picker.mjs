export class TimePicker {
  constructor(page) {
    this.page = page;
    this.dialog = page.getByRole("dialog", { name: "Time range" });
    this.from = this.dialog.getByLabel("From (UTC)");
    this.to = this.dialog.getByLabel("To (UTC)");
    this.month = this.dialog.getByRole("grid", { name: /^Days of / });
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
    await this.from.fill(from);
    await this.to.fill(to);
    await this.apply();
  }

  async apply() {
    await this.dialog.getByRole("button", { name: "Apply" }).click();
    await this.closed();
  }

  /** A day of the month that is shown. */
  day(number) {
    return this.month.getByRole("button", { name: new RegExp(` ${number}, \\d{4}`) });
  }

  async chosenDays() {
    return this.month.getByRole("gridcell", { selected: true }).allInnerTexts();
  }

  async closed() {
    await this.dialog.waitFor({ state: "hidden" });
  }
}
