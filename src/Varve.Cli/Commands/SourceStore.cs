using Varve.Storage;

namespace Varve.Cli.Commands;

/// <summary>The bucket or folder that a job picks up from. Its server and keys may differ from those of the tables.</summary>
static class SourceStore
{
    const string Prefix = "VARVE_SOURCE_";
    const string DateMark = "{DATE}";

    // What belongs together comes from one place: half of the source's keys and half of the tables' open nothing.
    static readonly string[][] Groups =
    [
        ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "VARVE_S3_PATH_STYLE"],
        ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"],
        ["AWS_REGION", "AWS_DEFAULT_REGION"],
    ];

    /// <summary>The address without what Logpush adds to it: <c>/{DATE}</c> and parameters.</summary>
    public static string Normalize(string url)
    {
        var question = url.IndexOf('?', StringComparison.Ordinal);
        var plain = question < 0 ? url : url[..question];
        var mark = plain.IndexOf(DateMark, StringComparison.Ordinal);
        plain = mark < 0 ? plain : plain[..mark];
        return plain.EndsWith("://", StringComparison.Ordinal) || plain.EndsWith(":///", StringComparison.Ordinal) ? plain : plain.TrimEnd('/');
    }

    /// <summary>Opens the source, which has to be there: a folder is not made.</summary>
    public static IObjectStore Open(string url, Func<string, string?> environment)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.IsFile && address.Host.Length == 0 && !Directory.Exists(address.LocalPath))
            throw new VarveException(FaultKind.NotFound, $"There is no folder {address.LocalPath} to pick up from. Check --from.");
        return ObjectStores.Open(url, name => Find(name, environment));
    }

    /// <summary>The value for the source: of <c>VARVE_SOURCE_…</c> when one of its group is given so, else of the variable itself.</summary>
    public static string? Find(string name, Func<string, string?> environment)
    {
        var group = Groups.FirstOrDefault(each => each.Contains(name)) ?? [name];
        return environment(group.Any(each => environment(Prefix + Bare(each)) is not null) ? Prefix + Bare(name) : name);
    }

    // VARVE_SOURCE_S3_PATH_STYLE, not VARVE_SOURCE_VARVE_S3_PATH_STYLE.
    static string Bare(string name) => name.StartsWith("VARVE_", StringComparison.Ordinal) ? name["VARVE_".Length..] : name;
}
