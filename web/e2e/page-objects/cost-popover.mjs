/** What a query would read, before it is run. */
export class CostPopover {
  constructor(page) {
    this.page = page;
    this.button = page.getByRole("button", { name: /^Cost: / });
    this.dialog = page.getByRole("dialog", { name: "What this query would read" });
  }

  /** The bytes on the button, as soon as the statement is not being written any more. */
  async known() {
    await this.button.getByText(/\d (B|kB|MB|GB)$/).waitFor();
    return this.button.innerText();
  }

  async open() {
    await this.button.click();
    await this.dialog.waitFor();
  }

  async close() {
    await this.page.keyboard.press("Escape");
    await this.dialog.waitFor({ state: "hidden" });
  }
}
