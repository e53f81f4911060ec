namespace Varve.TestKit;

/// <summary>Folders that tests read from.</summary>
public static class RepositoryFolders
{
    /// <summary>The root of the checkout.</summary>
    public static string Root { get; } = FindRoot();

    static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "Varve.slnx")))
                return folder;
        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Varve.slnx.");
    }
}
