import { FieldPanel } from "./field-panel.mjs";
import { FilterBar } from "./filter-bar.mjs";
import { Histogram } from "./histogram.mjs";
import { RecordDrawer } from "./record-drawer.mjs";
import { ResultGrid } from "./result-grid.mjs";
import { SavedMenu } from "./saved-menu.mjs";
import { Shell } from "./shell.mjs";
import { SqlEditor } from "./sql-editor.mjs";
import { StatusLine } from "./status-line.mjs";
import { TimePicker } from "./time-picker.mjs";
import { ValueMenu } from "./value-menu.mjs";

/** Log search with its parts. */
export class LogSearchPage {
  constructor(page) {
    this.page = page;
    this.shell = new Shell(page);
    this.editor = new SqlEditor(page);
    this.time = new TimePicker(page);
    this.grid = new ResultGrid(page);
    this.drawer = new RecordDrawer(page);
    this.status = new StatusLine(page);
    this.histogram = new Histogram(page);
    this.fields = new FieldPanel(page);
    this.filters = new FilterBar(page);
    this.saved = new SavedMenu(page);
    this.menu = new ValueMenu(page);
  }

  /** Opens the page and waits until the first answer is whole and the editor is there. */
  async open(address = "/") {
    await this.shell.open(address);
    await this.editor.ready();
    await this.status.isComplete();
  }

  /** The Ray ID of the first row, as its drawer shows it. */
  async firstRay() {
    await this.grid.openRow(0);
    await this.drawer.ready();
    return this.drawer.value("RayID");
  }
}
