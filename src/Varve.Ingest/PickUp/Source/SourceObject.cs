using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Varve.Storage;

namespace Varve.Ingest.PickUp.Source;

/// <summary>An object of the source with one content: written anew with other bytes it is another one.</summary>
/// <param name="Info">As the listing shows it.</param>
/// <param name="Id">32 hexadecimal digits that follow from its path, its size and its ETag, or where there is none the time of its last change.</param>
sealed record SourceObject(ObjectInfo Info, string Id)
{
    public static SourceObject Of(ObjectInfo info)
    {
        var version = info.ETag ?? info.LastModified.UtcTicks.ToString(CultureInfo.InvariantCulture);
        var text = string.Create(CultureInfo.InvariantCulture, $"{info.Path}\n{info.SizeBytes}\n{version}");
        return new SourceObject(info, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16)));
    }
}
