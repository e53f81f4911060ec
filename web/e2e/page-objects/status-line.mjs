export class StatusLine {
  constructor(page) {
    this.line = page.getByRole("status", { name: "Query status" });
  }

  async isComplete() {
    await this.line.getByText("Complete and exact").waitFor();
  }

  async text() {
    return (await this.line.innerText()).replaceAll(/\s+/g, " ");
  }
}
