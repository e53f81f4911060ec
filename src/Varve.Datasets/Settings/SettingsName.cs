using Varve.Storage;

namespace Varve.Datasets.Settings;

/// <summary>A settings document of an account.</summary>
/// <param name="Account">The account.</param>
/// <param name="Path">Its name: parts joined by <c>/</c>, such as <c>datasets/nginx_access</c>.</param>
public readonly record struct SettingsName(string Account, string Path)
{
    /// <summary>The folder of an account's settings. No dataset's name begins with <c>_</c>, so it is never taken for a table.</summary>
    public const string Root = "_settings";

    /// <summary>The document's folder in the store: <c>accounts/A/_settings/path</c>.</summary>
    public string Folder => StorePath.Join("accounts", Account, Root, Path);
}
