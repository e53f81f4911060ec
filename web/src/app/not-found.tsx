import { Link } from "@tanstack/react-router";

export function NotFound() {
  return (
    <div className="grid h-full place-items-center">
      <div className="max-w-[420px] px-4 text-center">
        <h1 className="text-base font-semibold">There is no page at this address</h1>
        <p className="mt-1 text-kumo-subtle">The link may be from a newer version, or a letter of it was lost.</p>
        <Link to="/logs" className="mt-3 inline-block text-kumo-link underline underline-offset-2">
          Go to Log search
        </Link>
      </div>
    </div>
  );
}
