/** The fields beside the rows. */
export class FieldPanel {
  constructor(page) {
    this.page = page;
    this.panel = page.getByRole("region", { name: "Fields", exact: true });
  }

  async open(field) {
    await this.panel.getByLabel("Find in fields").fill(field);
    await this.panel.getByRole("button", { name: new RegExp(`^${field}\\b`) }).first().click();
    await this.values(field).getByRole("listitem").first().waitFor();
  }

  values(field) {
    return this.panel.getByRole("list", { name: `Frequent values of ${field}` });
  }

  /** Narrows the query to the most frequent value of a field, and returns it. */
  async onlyFirst(field) {
    await this.open(field);
    const first = this.values(field).getByRole("listitem").first();
    const value = (await first.innerText()).split("\n")[0].trim();
    await first.hover();
    await first.getByRole("button", { name: `Only ${field} ${value}` }).click();
    return value;
  }
}
