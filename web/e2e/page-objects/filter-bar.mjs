/** The pills that say what the statement's condition is. */
export class FilterBar {
  constructor(page) {
    this.page = page;
    this.bar = page.getByRole("group", { name: "Filters", exact: true });
    this.form = page.getByRole("dialog", { name: /^(Add a|Change the) filter$/ });
  }

  pill(field) {
    return this.bar.locator(`[data-f="${field}"]`);
  }

  async words() {
    const pills = await this.bar.locator("[data-f]").allInnerTexts();
    return pills.map((text) => text.replaceAll(/\s+/g, " ").trim());
  }

  async add(field, operator, value, button = "Add filter") {
    await this.bar.getByRole("button", { name: button, exact: true }).last().click();
    await this.form.getByLabel("Find a field").fill(field);
    await this.form.getByRole("list", { name: "Fields" }).getByRole("button", { name: field }).first().click();
    await this.fill(operator, value);
  }

  async fill(operator, value) {
    await this.form.getByLabel("Operator").selectOption({ label: operator });
    if (value !== undefined) await this.form.getByLabel(/^Value/).fill(value);
    await this.form.getByRole("button", { name: "Apply" }).click();
    await this.form.waitFor({ state: "hidden" });
  }
}
