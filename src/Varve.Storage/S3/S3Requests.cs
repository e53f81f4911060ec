using System.Runtime.InteropServices;

namespace Varve.Storage.S3;

/// <summary>Bounds each request in time and turns what goes wrong into a <see cref="VarveException"/>.</summary>
sealed class S3Requests(S3Address address, string endpoint, S3Options options)
{
    const int BytesPerSecondMin = 1 << 20;

    public async Task<T> SendAsync<T>(string verb, string key, long contentBytes, Func<RequestDeadline, Task<T>> send, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var deadline = new RequestDeadline(options.RequestTimeout, options.Clock, cancellationToken);
        deadline.Allow(contentBytes);
        try
        {
            return await send(deadline);
        }
        catch (Exception fault) when (S3Faults.IsOfStore(fault))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw S3Faults.Translate(fault, verb, address, key, endpoint);
        }
    }

    public Task<T> SendAsync<T>(string verb, string key, long contentBytes, Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken) =>
        SendAsync(verb, key, contentBytes, (RequestDeadline deadline) => send(deadline.Value), cancellationToken);

    public static MemoryStream ToStream(ReadOnlyMemory<byte> content) =>
        MemoryMarshal.TryGetArray(content, out var segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(content.ToArray(), writable: false);

    /// <summary>The token of one request: cancelled by the caller, or when the request takes too long for its size.</summary>
    public sealed class RequestDeadline : IDisposable
    {
        readonly TimeSpan _timeout;
        readonly CancellationTokenSource _late;
        readonly CancellationTokenSource _both;

        public RequestDeadline(TimeSpan timeout, TimeProvider clock, CancellationToken callers)
        {
            _timeout = timeout;
            _late = new CancellationTokenSource(timeout, clock);
            _both = CancellationTokenSource.CreateLinkedTokenSource(callers, _late.Token);
        }

        public CancellationToken Value => _both.Token;

        public void Allow(long contentBytes)
        {
            if (contentBytes >= BytesPerSecondMin)
                _late.CancelAfter(_timeout + TimeSpan.FromSeconds((double)contentBytes / BytesPerSecondMin));
        }

        public void Dispose()
        {
            _both.Dispose();
            _late.Dispose();
        }
    }
}
