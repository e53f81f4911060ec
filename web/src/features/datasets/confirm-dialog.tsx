import { useState, type FormEvent, type ReactNode } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { Dialog } from "@cloudflare/kumo/components/dialog";
import { Refusal } from "./section";
import { TextField } from "./text-field";

interface Props {
  isOpen: boolean;
  title: string;
  /** What will happen, with its figures. */
  children: ReactNode;
  /** What the button says, and while it is done. */
  action: readonly [idle: string, busy: string];
  asksReason?: boolean;
  /** What has to be typed first, and what it is. */
  typed?: { text: string; label: string };
  isPending: boolean;
  error: Error | null;
  onConfirm: (reason: string) => void;
  onClose: () => void;
}

/** Asks once more before something that can't be taken back. */
export function ConfirmDialog({ isOpen, title, ...form }: Props) {
  return (
    <Dialog.Root role="alertdialog" open={isOpen} onOpenChange={(open) => !open && !form.isPending && form.onClose()}>
      <Dialog size="lg" className="p-5">
        {isOpen && (
          <>
            <Dialog.Title className="text-base font-semibold">{title}</Dialog.Title>
            <ConfirmForm {...form} />
          </>
        )}
      </Dialog>
    </Dialog.Root>
  );
}

function ConfirmForm({ children, action, asksReason = false, typed, isPending, error, onConfirm, onClose }: Omit<Props, "isOpen" | "title">) {
  const [reason, setReason] = useState("");
  const [text, setText] = useState("");
  const [isTried, setTried] = useState(false);
  const wrongReason = asksReason && reason.trim() === "" ? "Say why: it stands in the table’s history" : undefined;
  const wrongText = typed && text.replaceAll(/[\s,]/g, "") !== typed.text ? `Type ${typed.text}` : undefined;
  const submit = (e: FormEvent) => {
    e.preventDefault();
    setTried(true);
    if (!wrongReason && !wrongText && !isPending) onConfirm(reason.trim());
  };
  return (
    <form className="mt-1 flex flex-col gap-3 text-xs" onSubmit={submit}>
      <Dialog.Description render={<div />} className="flex flex-col gap-1.5">
        {children}
      </Dialog.Description>
      {asksReason && <TextField label="Reason" value={reason} onChange={setReason} problem={isTried ? wrongReason : undefined} />}
      {typed && <TextField label={typed.label} value={text} onChange={setText} isMono problem={isTried ? wrongText : undefined} />}
      <Refusal error={error} />
      <div className="flex justify-end gap-2">
        <Button size="sm" variant="ghost" type="button" disabled={isPending} onClick={onClose}>
          Cancel
        </Button>
        <Button size="sm" variant="destructive" type="submit" disabled={isPending}>
          {action[isPending ? 1 : 0]}
        </Button>
      </div>
    </form>
  );
}
