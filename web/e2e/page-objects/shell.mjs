export class Shell {
  constructor(page) {
    this.page = page;
    this.goToBox = page.getByRole("textbox", { name: "Go to a Ray ID" });
  }

  async open(address = "/") {
    await this.page.goto(address);
  }

  async goTo(text) {
    await this.page.keyboard.press("Control+k");
    await this.goToBox.fill(text);
    await this.page.keyboard.press("Enter");
  }

  async useTheme(theme) {
    const button = this.page.getByRole("button", { name: `Use ${theme} theme` });
    if (await button.isVisible()) await button.click();
  }
}
