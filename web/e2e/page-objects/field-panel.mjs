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
}
