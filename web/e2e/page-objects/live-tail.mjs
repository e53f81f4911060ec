/** Rows as they are stored. */
export class LiveTail {
  constructor(page) {
    this.toggle = page.getByRole("button", { name: "Live", exact: true });
    this.strip = page.getByRole("group", { name: "Live rows" });
    this.waiting = page.getByRole("heading", { name: "Waiting for the next row" });
  }

  button(name) {
    return this.strip.getByRole("button", { name, exact: true });
  }
}
