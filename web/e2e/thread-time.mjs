const all = ["TaskDuration"];
const ofFrames = ["ScriptDuration", "LayoutDuration", "RecalcStyleDuration"];

/**
 * A clock of the page's main thread: how many milliseconds it has worked, not how many have passed. What else runs on the machine
 * is not in it.
 */
export async function threadClock(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const sum = async (names) => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.reduce((ms, { name, value }) => (names.includes(name) ? ms + value * 1000 : ms), 0);
  };
  return { worked: () => sum(all), drew: () => sum(ofFrames) };
}
