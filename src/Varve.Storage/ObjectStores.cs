namespace Varve.Storage;

/// <summary>Opens a store by its address.</summary>
public static class ObjectStores
{
    /// <summary>
    /// Opens <c>file:///folder</c>. Any other scheme is <see cref="FaultKind.Invalid"/> with a message that says what is accepted.
    /// </summary>
    public static IObjectStore Open(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
            throw Refuse(url, "it is not an address");
        return address.Scheme switch
        {
            "file" when url.Contains('?') || url.Contains('#') => throw Refuse(url, "it has a '?' or a '#': write %3F or %23 in the name of a folder"),
            "file" when address.Host.Length == 0 => new LocalObjectStore(address.LocalPath),
            "file" => throw Refuse(url, "a file address has three slashes: file:///folder"),
            "s3" => throw Refuse(url, "this version keeps tables in a local folder only"),
            _ => throw Refuse(url, $"the scheme '{address.Scheme}' is not known"),
        };
    }

    static VarveException Refuse(string url, string why) =>
        new(FaultKind.Invalid, $"The store '{url}' cannot be used: {why}. Use file:///path/of/a/folder.");
}
