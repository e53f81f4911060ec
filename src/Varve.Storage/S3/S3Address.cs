namespace Varve.Storage.S3;

/// <summary>A bucket and the folder in it that is the root of the store.</summary>
/// <param name="Bucket">Name of the bucket.</param>
/// <param name="Prefix">Empty, or the folder with a <c>/</c> at its end.</param>
sealed record S3Address(string Bucket, string Prefix)
{
    const string Scheme = "s3://";

    public string Root => Scheme + Bucket + (Prefix.Length > 0 ? "/" + Prefix[..^1] : "");

    /// <summary>Reads <c>s3://bucket/prefix</c>. The prefix stands for itself: nothing in it is escaped.</summary>
    public static S3Address Parse(string url)
    {
        var rest = url.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? url[Scheme.Length..] : throw Refuse(url, "it does not begin with s3://");
        var slash = rest.IndexOf('/');
        var (bucket, prefix) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..].TrimEnd('/'));
        if (bucket.Contains('@') || bucket.Contains(':'))
            throw Refuse("s3://…", "keys and ports do not belong there: set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL");
        if (bucket.Length is < 3 or > 63 || !bucket.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            throw Refuse(url, $"'{bucket}' is no name of a bucket (3 to 63 letters, digits, '.' and '-')");
        if (prefix.Length == 0)
            return new S3Address(bucket, "");
        StorePath.Check(prefix);
        return new S3Address(bucket, prefix + "/");
    }

    /// <summary>The key of a path; too long a key is refused.</summary>
    public string Key(string path)
    {
        StorePath.Check(path);
        if (Prefix.Length > 0)
            StorePath.Check(Prefix + path);
        return Prefix + path;
    }

    static VarveException Refuse(string url, string why) =>
        new(FaultKind.Invalid, $"The store '{url}' cannot be used: {why}. Use s3://bucket/prefix or file:///path/of/a/folder.");
}
