/** One server-sent event. A comment, which servers send to say that they are there, has the name `comment`. */
export interface StreamEvent {
  name: string;
  data: string;
}

/** Cuts a byte stream into server-sent events, however the bytes are split on their way. An event without its blank line was cut off. */
export async function* readEvents(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<StreamEvent, void> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  const lines = new LineReader();
  let name = "";
  let data: string[] = [];
  try {
    for (;;) {
      const { value, done } = await reader.read();
      for (const line of lines.take(value ?? "")) {
        if (line.startsWith(":")) yield { name: "comment", data: line.slice(1).trim() };
        else if (line === "") {
          if (data.length > 0) yield { name: name === "" ? "message" : name, data: data.join("\n") };
          name = "";
          data = [];
        } else {
          const { field, value: text } = fieldOf(line);
          if (field === "event") name = text;
          if (field === "data") data.push(text);
        }
      }
      if (done) return;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/** Whole lines out of pieces of text. They end in a line feed, with or without a carriage return before it. */
class LineReader {
  private rest = "";

  take(piece: string): string[] {
    const lines = (this.rest + piece).split("\n");
    this.rest = lines.pop() ?? "";
    return lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  }
}

function fieldOf(line: string): { field: string; value: string } {
  const at = line.indexOf(":");
  if (at < 0) return { field: line, value: "" };
  const value = line.slice(at + 1);
  return { field: line.slice(0, at), value: value.startsWith(" ") ? value.slice(1) : value };
}
