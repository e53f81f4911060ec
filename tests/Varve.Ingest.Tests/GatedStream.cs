using Varve.Ingest.Lines;

namespace Varve.Ingest.Tests;

/// <summary>Gives its bytes, and ends only when the gate is open.</summary>
sealed class GatedStream(byte[] bytes, Task gate) : ReadOnlyStream
{
    readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _read;

    /// <summary>Is done when all bytes were read.</summary>
    public Task Reached => _reached.Task;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_read == bytes.Length)
        {
            _reached.TrySetResult();
            await gate.WaitAsync(cancellationToken);
            return 0;
        }

        var count = Math.Min(buffer.Length, bytes.Length - _read);
        bytes.AsMemory(_read, count).CopyTo(buffer);
        _read += count;
        return count;
    }
}
