using System.Globalization;
using Varve.Datasets.Settings;

namespace Varve.Server;

/// <summary>The version of a settings document as an ETag (RFC 9110, 8.8.3): <c>"3"</c>; <c>"0"</c> for one that was never written.</summary>
static class VersionTag
{
    public static void Set(HttpResponse response, long version) =>
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The version that If-Match asks for; null when the header is absent or a <c>*</c>.</summary>
    public static long? Expected(HttpRequest request)
    {
        var tag = request.Headers.IfMatch.ToString().Trim();
        if (tag is "" or "*")
            return null;
        return tag.Length > 2 && tag[0] == '"' && tag[^1] == '"'
            && long.TryParse(tag.AsSpan(1, tag.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw StrictJson.Invalid($"If-Match: {tag} is no ETag of this address: send the one that GET gave, such as \"3\".");
    }
}
