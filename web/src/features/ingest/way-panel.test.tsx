import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it } from "vitest";
import type { IngestSetup, SetupWay } from "@/api/ingest-setup";
import { WayPanel } from "./way-panel";

afterEach(cleanup);

const way: SetupWay = {
  name: "logpush",
  title: "Logpush over HTTP",
  summary: "Sends.",
  snippets: [
    { name: "destination_conf", title: "destination_conf", language: "text", text: "https://h/api?header_Authorization=Bearer%20s3cret" },
    { name: "job", title: "Job as JSON", language: "json", text: '{"destination_conf":"https://h/api?header_Authorization=Bearer%20s3cret"}' },
  ],
};
const setup = (changes: Partial<IngestSetup> = {}): IngestSetup => ({ baseUrl: "https://h", token: "s3cret", tokenIsReal: true, hint: "A hint.", ways: [way], ...changes });

it("hides the token until it is shown, and copies it either way", async () => {
  const user = userEvent.setup();
  const { container } = render(<WayPanel setup={setup()} way={way} />);
  expect(container.textContent).not.toContain("s3cret");
  expect(screen.getByRole("group", { name: "Text of destination_conf" })).toHaveTextContent("Bearer%20••••••••");

  await user.click(screen.getByRole("button", { name: "Copy destination_conf" }));
  expect(await navigator.clipboard.readText()).toBe(way.snippets[0]?.text);

  await user.click(screen.getByRole("button", { name: "Show token" }));
  expect(screen.getByRole("group", { name: "Text of destination_conf" })).toHaveTextContent("Bearer%20s3cret");
  await user.click(screen.getByRole("button", { name: "Hide token" }));
  expect(container.textContent).not.toContain("s3cret");
});

it("shows a placeholder as it is, and says when Logpush could not reach the address", () => {
  const { rerender } = render(<WayPanel setup={setup({ token: "<token>", tokenIsReal: false, baseUrl: "http://127.0.0.1:8080" })} way={way} />);
  expect(screen.queryByRole("button", { name: "Show token" })).toBeNull();
  expect(screen.getByText("Logpush sends by HTTPS only.")).toBeVisible();

  rerender(<WayPanel setup={setup()} way={way} />);
  expect(screen.queryByText("Logpush sends by HTTPS only.")).toBeNull();
});

it("says so when the browser does not let it copy", async () => {
  const user = userEvent.setup();
  render(<WayPanel setup={setup()} way={way} />);
  navigator.clipboard.writeText = () => Promise.reject(new Error("not allowed"));
  await user.click(screen.getByRole("button", { name: "Copy Job as JSON" }));
  expect(await screen.findByText(/select the text and copy it/)).toBeVisible();
});
