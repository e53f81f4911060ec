export class SqlEditor {
  constructor(page) {
    this.page = page;
    this.text = page.getByRole("textbox", { name: "SQL query" });
    this.problem = page.getByRole("alert");
  }

  async ready() {
    await this.text.waitFor();
  }

  async write(sql) {
    await this.text.click();
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.insertText(sql);
  }

  async run(sql) {
    await this.write(sql);
    await this.page.keyboard.press("Control+Enter");
  }

  async value() {
    return (await this.text.innerText()).trim();
  }
}
