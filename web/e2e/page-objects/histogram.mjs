/** The bars over time above the rows. */
export class Histogram {
  constructor(page) {
    this.page = page;
    this.section = page.getByRole("region", { name: "Events over time" });
    this.bars = this.section.getByRole("group");
  }

  async ready() {
    await this.section.locator("path[data-series]").first().waitFor();
  }

  /** How many events it says there are. */
  async total() {
    const text = await this.section.getByText(/^[\d,]+ events?$/).innerText();
    return Number(text.replaceAll(/\D/g, ""));
  }

  /** The share of the width at which the highest bar stands. */
  async peak() {
    const paths = await this.section.locator("path[data-series]").evaluateAll((all) => all.map((path) => path.getAttribute("d")));
    const bars = paths.flatMap((d) => [...d.matchAll(/M([\d.]+) [\d.]+h([\d.]+)v([\d.]+)/g)].map(([, x, width, height]) => ({ at: (Number(x) + Number(width) / 2) / 1000, height: Number(height) })));
    return bars.toSorted((a, b) => b.height - a.height)[0].at;
  }

  /** Drags from one share of the width to another. */
  async brush(from, to) {
    const box = await this.section.locator("svg[data-chart]").boundingBox();
    await this.page.mouse.move(box.x + box.width * from, box.y + box.height / 2);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + box.width * to, box.y + box.height / 2, { steps: 5 });
    await this.page.mouse.up();
  }

  async breakDown(field) {
    await this.section.getByRole("button", { name: /^(Break down|By )/ }).click();
    await this.page.getByRole("menuitem", { name: field }).click();
  }
}
