using Varve.Storage;

namespace Varve.Server;

/// <summary>Bounds what bodies that are held in memory take together.</summary>
sealed class HeldBytes(ProtocolLimits limits)
{
    long _held;

    /// <summary>Begins to count the bytes of one body.</summary>
    public Lease Open() => new(this, limits.HeldBytesMax);

    /// <summary>What one body takes; given back when it is disposed.</summary>
    public sealed class Lease(HeldBytes owner, long max) : IDisposable
    {
        long _bytes;

        /// <summary>Counts more bytes.</summary>
        /// <exception cref="VarveException">All bodies together would take too much.</exception>
        public void Add(int bytes)
        {
            _bytes += bytes;
            if (Interlocked.Add(ref owner._held, bytes) > max)
                throw new VarveException(FaultKind.Busy, "The server is busy with other calls. Nothing was stored; send this again in a moment.");
        }

        public void Dispose()
        {
            Interlocked.Add(ref owner._held, -_bytes);
            _bytes = 0;
        }
    }
}
