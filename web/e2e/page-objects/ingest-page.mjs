import { Shell } from "./shell.mjs";

/** The Ingest page with its parts. */
export class IngestPage {
  constructor(page) {
    this.page = page;
    this.shell = new Shell(page);
    this.activity = page.getByRole("table", { name: "What arrives" });
    this.arrival = page.getByRole("status", { name: "Arrival" });
    this.testResult = page.getByRole("status", { name: "Test result" });
    // A text field, or a combobox once there are names to choose from.
    this.zone = page.getByLabel("Zone", { exact: true });
    this.address = page.getByLabel("Address that senders use");
    this.dataset = page.getByRole("combobox", { name: "Dataset" });
  }

  /** Opens the page for a scope and waits for its texts. */
  async open(scope, way = "") {
    await this.page.goto(`/ingest${way && `/${way}`}?scope=${scope}`);
    await this.page.getByRole("list", { name: "Ways to send" }).getByRole("button").first().waitFor();
    await this.arrival.getByText(/batch/).first().waitFor();
  }

  async chooseWay(title) {
    await this.page.getByRole("list", { name: "Ways to send" }).getByRole("button", { name: title, exact: true }).click();
    await this.page.getByRole("region", { name: title, exact: true }).waitFor();
  }

  async chooseDataset(name) {
    await this.dataset.selectOption(name);
  }

  textOf(title) {
    return this.page.getByRole("group", { name: `Text of ${title}` }).innerText();
  }

  /** Presses the button of a text and returns what is on the clipboard then. */
  async copy(title) {
    await this.page.getByRole("button", { name: `Copy ${title}` }).click();
    await this.page.getByRole("button", { name: `Copy ${title}` }).getByText("Copied").waitFor();
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  async test() {
    await this.page.getByRole("button", { name: "Test the way" }).click();
    await this.testResult.getByText(/The way works|A sender would fail|could not be made/).waitFor();
    return this.testResult.innerText();
  }

  row(dataset, zone) {
    return this.activity.getByRole("row").filter({ has: this.page.getByRole("button", { name: `${dataset} ${zone}` }) });
  }

  async openRow(dataset, zone) {
    await this.activity.getByRole("button", { name: `${dataset} ${zone}` }).click();
    await this.page.getByRole("region", { name: "Rejected lines" }).waitFor();
  }
}
