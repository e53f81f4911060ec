import assert from "node:assert/strict";

/** Presses Tab until what has the focus bears a name: its label or its text. */
export async function tabTo(page, name, most = 250) {
  for (let k = 0; k < most; k++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const { activeElement: element } = document;
      return [element?.getAttribute("aria-label"), element?.textContent?.trim()];
    });
    if (focused.includes(name)) return;
  }
  assert.fail(`${name} can't be reached by Tab`);
}
