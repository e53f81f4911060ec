namespace Varve.TestKit;

/// <summary>Folders that tests read from.</summary>
public static class RepositoryFolders
{
    /// <summary>The root of the checkout.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of third-party test data: the environment variable VARVE_TEST_DATA, else <c>../shared/data</c>; null when it is not there.</summary>
    public static string? TestData { get; } = FindTestData();

    static string? FindTestData()
    {
        var folder = Environment.GetEnvironmentVariable("VARVE_TEST_DATA") is { Length: > 0 } named ? named : Path.Combine(Root, "..", "shared", "data");
        return Directory.Exists(folder) ? Path.GetFullPath(folder) : null;
    }

    static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "Varve.slnx")))
                return folder;
        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Varve.slnx.");
    }
}
