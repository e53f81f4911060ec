namespace Varve.Ingest.PickUp.Source;

/// <summary>Names that are never taken in.</summary>
static class SourceNames
{
    /// <summary>
    /// True for what Logpush writes to try a destination (<c>ownership-challenge-….txt</c>, <c>test.txt.gz</c>), and in folders for what
    /// programs call a file that is not finished.
    /// </summary>
    public static bool IsIgnored(string path, bool isFolder)
    {
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        if (name.SequenceEqual("test.txt.gz") || (name.StartsWith("ownership-challenge") && name.EndsWith(".txt")))
            return true;
        return isFolder && (name.EndsWith(".tmp", StringComparison.OrdinalIgnoreCase) || path[0] == '.' || path.Contains("/.", StringComparison.Ordinal));
    }
}
