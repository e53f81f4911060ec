using Varve.Ingest.Lines;
using Varve.Storage;

namespace Varve.Ingest.PickUp.Source;

/// <summary>Why an object could not be read to its end.</summary>
enum SourceFault
{
    None,
    Gone,
    Changed,
    Unreadable,
}

/// <summary>
/// The bytes of an object, read in parts, one ahead. Its end is only told when the object is still the one that was listed: so nothing is stored of
/// one that changed meanwhile.
/// </summary>
sealed class SourceStream(IObjectStore source, SourceObject file, int partBytes) : ReadOnlyStream
{
    Task<byte[]?>? _ahead;
    ReadOnlyMemory<byte> _part;
    long _asked;

    /// <summary>What went wrong with the object itself.</summary>
    public SourceFault Fault { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_part.IsEmpty && !await NextAsync(cancellationToken))
            return 0;
        var count = Math.Min(buffer.Length, _part.Length);
        _part[..count].CopyTo(buffer);
        _part = _part[count..];
        return count;
    }

    async Task<bool> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            var expected = (int)Math.Min(partBytes, file.Info.SizeBytes - _asked);
            if (expected == 0)
            {
                await CheckAsync(cancellationToken);
                return false;
            }

            var part = await (_ahead ?? Ask(cancellationToken)) ?? throw Refuse(SourceFault.Gone, "was deleted");
            if (part.Length != expected)
                throw Refuse(SourceFault.Changed, "changed while it was read");
            _asked += expected;
            _ahead = _asked < file.Info.SizeBytes ? Ask(cancellationToken) : null;
            _part = part;
            return true;
        }
        catch (VarveException) when (Fault == SourceFault.None)
        {
            Fault = SourceFault.Unreadable;
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        // Nobody waits for what was read ahead of a call that failed.
        _ahead?.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        _ahead = null;
        base.Dispose(disposing);
    }

    Task<byte[]?> Ask(CancellationToken cancellationToken) =>
        source.ReadRangeAsync(file.Info.Path, _asked, (int)Math.Min(partBytes, file.Info.SizeBytes - _asked), cancellationToken);

    async Task CheckAsync(CancellationToken cancellationToken)
    {
        var now = await source.HeadAsync(file.Info.Path, cancellationToken) ?? throw Refuse(SourceFault.Gone, "was deleted");
        if (SourceObject.Of(now).Id != file.Id)
            throw Refuse(SourceFault.Changed, "changed while it was read");
    }

    VarveException Refuse(SourceFault fault, string what)
    {
        Fault = fault;
        return new VarveException(FaultKind.Invalid, $"{file.Info.Path} in {source.Root} {what}. Nothing of it was stored.");
    }
}
