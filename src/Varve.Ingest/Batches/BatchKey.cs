using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace Varve.Ingest.Batches;

/// <summary>
/// What tells a batch from others of its table. It stands in the table's log as an application that has reached version 1, so that of two commits of one
/// batch, on whatever machine, the second is refused. Delta protocol: "Transaction Identifiers".
/// </summary>
readonly record struct BatchKey(string AppId)
{
    const string Prefix = "varve-batch:";

    /// <summary>The key that the sender gave.</summary>
    public static BatchKey Given(string key) => new($"{Prefix}k{Hex(XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(key)))}");

    /// <summary>The key of a body: its bytes as they came, and how they were to be read.</summary>
    public static BatchKey OfBody(XxHash128 hash, long bytes, string reading) =>
        new($"{Prefix}b{Hex(hash.GetCurrentHashAsUInt128())}{bytes.ToString("x", CultureInfo.InvariantCulture)}{(reading.Length == 0 ? "" : "-" + reading)}");

    static string Hex(UInt128 value) => value.ToString("x32", CultureInfo.InvariantCulture);
}
