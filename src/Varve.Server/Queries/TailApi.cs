using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Varve.Query.Exploring;
using Varve.Query.Formats;
using Varve.Storage;

namespace Varve.Server;

/// <summary>Live tail: a server-sent event for each look that found records, and a comment when there were none for a while.</summary>
static class TailApi
{
    const int QuietLooksMax = 15;

    public static async Task RunAsync(
        [FromQuery] string? dataset, [FromQuery] string? account, [FromQuery] string? zone, [FromQuery] string? filter, [FromQuery] string? columns,
        Exploration exploration, TailPlaces places, ServeOptions options, TimeProvider clock, HttpContext context)
    {
        var subject = new Subject(dataset ?? "", account ?? "default", zone) { Filter = string.IsNullOrWhiteSpace(filter) ? null : filter };
        var names = columns?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        using var place = places.Take();
        using var end = new CancellationTokenSource(options.ExplorationLimits.TailDuration, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, end.Token);
        try
        {
            await WriteAsync(exploration.TailAsync(subject, names, clock, either.Token), context, either.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            // The browser asks again by itself.
            await context.Response.WriteAsync("event: end\ndata: {}\n\n", context.RequestAborted);
        }
        catch (VarveException fault) when (context.Response.HasStarted)
        {
            await context.Response.WriteAsync($"event: error\ndata: {JsonSerializer.Serialize(new { code = fault.Detail?.Code, message = fault.Message }, JsonSerializerOptions.Web)}\n\n", context.RequestAborted);
        }
    }

    static async Task WriteAsync(IAsyncEnumerable<TailRows> looks, HttpContext context, CancellationToken cancellationToken)
    {
        var quiet = 0;
        await foreach (var look in looks.WithCancellation(cancellationToken))
        {
            if (!context.Response.HasStarted)
            {
                context.Response.ContentType = "text/event-stream";
                context.Response.Headers.CacheControl = "no-store";
                await SendAsync("event: ready\ndata: {}\n\n"u8.ToArray());
            }

            if (look.Rows.Count > 0)
                await SendAsync(Event(look));
            else if (++quiet >= QuietLooksMax)
                await SendAsync(": no records\n\n"u8.ToArray());
        }

        async Task SendAsync(ReadOnlyMemory<byte> content)
        {
            quiet = 0;
            await context.Response.Body.WriteAsync(content, cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
        }
    }

    static ReadOnlyMemory<byte> Event(TailRows look)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write("event: rows\ndata: "u8);
        using (var json = new Utf8JsonWriter(buffer, ValueText.JsonOptions))
        {
            json.WriteStartObject();
            json.WriteBoolean("cut", look.IsCut);
            json.WriteStartArray("records");
            foreach (var row in look.Rows)
                ExplorationApi.WriteRecord(json, look.Columns, row);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        buffer.Write("\n\n"u8);
        return buffer.WrittenMemory;
    }
}

/// <summary>The live tails that may go on at once.</summary>
sealed class TailPlaces(ExplorationLimits limits)
{
    int _taken;

    /// <summary>A place, which is given back when it is disposed.</summary>
    /// <exception cref="VarveException">There is none left: <see cref="FaultKind.Busy"/>.</exception>
    public IDisposable Take()
    {
        if (Interlocked.Increment(ref _taken) <= limits.TailsMax)
            return new Place(this);
        Interlocked.Decrement(ref _taken);
        throw new VarveException(FaultKind.Busy, $"{limits.TailsMax} live tails go on, which is the limit (ExplorationLimits.TailsMax). Close one, or try again later.")
        {
            Detail = new FaultDetail("tails_busy"),
            RetryAfter = TimeSpan.FromSeconds(10),
        };
    }

    sealed class Place(TailPlaces places) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref places._taken);
    }
}
