import { useEffect, useId, useRef, useState, type FormEvent } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { Dialog } from "@cloudflare/kumo/components/dialog";
import { answerToken, currentToken, useTokenWanted } from "@/api/token";

/** Asks for the API token when the server wants one. */
export function TokenDialog() {
  const wanted = useTokenWanted();
  return (
    <Dialog.Root open={wanted} onOpenChange={(open) => !open && answerToken(null)}>
      <Dialog className="p-5">{wanted && <TokenForm />}</Dialog>
    </Dialog.Root>
  );
}

function TokenForm() {
  const [token, setToken] = useState("");
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const refused = currentToken() !== null;
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (token.trim() !== "") answerToken(token.trim());
  };
  return (
    <form onSubmit={submit}>
      <Dialog.Title className="text-base font-semibold">{refused ? "The token was refused" : "This server asks for a token"}</Dialog.Title>
      <Dialog.Description className="mt-1 text-kumo-subtle">
        It is the one given to <code className="font-mono text-xs">varve serve --token</code>. It is kept for this tab only.
      </Dialog.Description>
      <label htmlFor={id} className="mt-4 block text-xs font-medium">
        API token
      </label>
      <input
        ref={input}
        id={id}
        type="password"
        autoComplete="off"
        value={token}
        onChange={(e) => setToken(e.target.value)}
        className="mt-1 h-8 w-full rounded-md border border-kumo-line bg-kumo-canvas px-2.5 font-mono text-xs"
      />
      <div className="mt-4 flex justify-end gap-2">
        <Button size="sm" variant="ghost" type="button" onClick={() => answerToken(null)}>
          Not now
        </Button>
        <Button size="sm" variant="primary" type="submit" disabled={token.trim() === ""}>
          Continue
        </Button>
      </div>
    </form>
  );
}
