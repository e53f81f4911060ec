using System.Globalization;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Varve.Storage;

namespace Varve.Ingest.PickUp.State;

/// <summary>Where a job's progress lies in the store, and in which form.</summary>
sealed class JobFiles(string account, string job)
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public string Root { get; } = $"accounts/{account}/_jobs/{job}";

    public string Definition => $"{Root}/job.json";

    public string Entries => $"{Root}/done/";

    public string Snapshots => $"{Root}/snapshots/";

    public string Blocks => $"{Root}/blocks/";

    public string Claims => $"{Root}/claims/";

    public string Snapshot(long number) => string.Create(CultureInfo.InvariantCulture, $"{Snapshots}{number:D12}.json.gz");

    public static long? SnapshotNumber(string path) =>
        path.EndsWith(".json.gz", StringComparison.Ordinal)
        && long.TryParse(path.AsSpan(path.LastIndexOf('/') + 1, path.Length - path.LastIndexOf('/') - 9), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : null;

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Json);

    /// <exception cref="VarveException">The file is no such JSON.</exception>
    public static T Read<T>(string path, byte[] content)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(content, Json) ?? throw new JsonException("null");
        }
        catch (JsonException fault)
        {
            throw new VarveException(FaultKind.Corrupt, $"The progress of the job in {path} is damaged: {fault.Message}", fault);
        }
    }

    public static byte[] Compress(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(content);
        return stream.ToArray();
    }

    /// <exception cref="VarveException">The file is no gzip.</exception>
    public static byte[] Decompress(string path, byte[] content)
    {
        try
        {
            using var plain = new MemoryStream();
            using (var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress))
                gzip.CopyTo(plain);
            return plain.ToArray();
        }
        catch (InvalidDataException fault)
        {
            throw new VarveException(FaultKind.Corrupt, $"The progress of the job in {path} is damaged: {fault.Message}", fault);
        }
    }
}
