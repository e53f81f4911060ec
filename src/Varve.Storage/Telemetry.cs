using System.Diagnostics.Metrics;

namespace Varve.Storage;

/// <summary>The meter of this project.</summary>
static class Telemetry
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "Varve.Storage";

    static readonly Meter Meter = new(Name);

    /// <summary>Calls of a store; tags <c>operation</c> and <c>outcome</c> (<c>ok</c>, <c>failed</c>).</summary>
    public static Counter<long> Calls { get; } = Meter.CreateCounter<long>("varve.storage.calls", "{call}", "Calls of the object store");

    /// <summary>Bytes of content; tag <c>operation</c>.</summary>
    public static Counter<long> Bytes { get; } = Meter.CreateCounter<long>("varve.storage.bytes", "By", "Content read from and written to the object store");
}
