namespace Varve.TestKit;

/// <summary>A new empty folder that is deleted with everything in it at the end of the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>The full path of the folder.</summary>
    public string FullPath { get; } = Directory.CreateTempSubdirectory("varve-test-").FullName;

    /// <summary>The full path of something in the folder.</summary>
    public string At(params ReadOnlySpan<string> parts) => Path.Combine([FullPath, .. parts]);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(FullPath))
            Directory.Delete(FullPath, recursive: true);
    }
}
