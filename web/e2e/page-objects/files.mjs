import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** What leaves the page: links and files. */
export class Files {
  constructor(page) {
    this.page = page;
  }

  /** Presses Share and returns what is on the clipboard then. */
  async share() {
    await this.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await this.page.getByRole("button", { name: "Share", exact: true }).click();
    await this.page.getByRole("button", { name: "Copied", exact: true }).waitFor();
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** Copies a link that is pinned to the versions that were read, and returns it. */
  async sharePinned() {
    await this.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await this.page.getByRole("button", { name: "More ways to share" }).click();
    await this.page.getByRole("menuitem", { name: /^Copy a link pinned to version \d+ of / }).click();
    await this.page.getByRole("button", { name: "Copied", exact: true }).waitFor();
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** Exports the statement as it stands, and returns the number of lines of the file. */
  async exportLines(format) {
    const coming = this.page.waitForEvent("download", { timeout: 60_000 });
    await this.page.getByRole("button", { name: "Export", exact: true }).click();
    await this.page.getByRole("menuitem", { name: format }).last().click();
    const file = await coming;
    let lines = 0;
    for await (const line of createInterface({ input: createReadStream(await file.path()) })) if (line !== "") lines++;
    return lines;
  }
}
