using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Varve.Datasets;

/// <summary>The datasets that there are: those of Logpush, OpenTelemetry's logs, <see cref="Rejects"/>, and what an account declared. The door of this project.</summary>
public sealed class DatasetCatalog
{
    /// <summary>The name of the dataset that keeps the lines no other dataset could take.</summary>
    public const string RejectsName = "_rejects";

    readonly FrozenDictionary<string, Dataset> _byName;

    DatasetCatalog(IReadOnlyList<Dataset> datasets)
    {
        Datasets = datasets;
        _byName = datasets.ToFrozenDictionary(dataset => dataset.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The catalog that comes with this version.</summary>
    public static DatasetCatalog BuiltIn { get; } = Load();

    /// <summary>All datasets, by name in ordinal order.</summary>
    public IReadOnlyList<Dataset> Datasets { get; }

    /// <summary>The dataset of rejected lines.</summary>
    public Dataset Rejects => _byName[RejectsName];

    /// <summary>The dataset of this name, in any case, or null.</summary>
    public Dataset? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The known name that is nearest to a wrong one, for "did you mean"; null when none is near.</summary>
    public string? Suggest(string name) => Suggestion.Nearest(name, Datasets.Select(dataset => dataset.Name));

    /// <summary>This catalog with further datasets, none of which has a name that is in it.</summary>
    internal DatasetCatalog With(IEnumerable<Dataset> more) => new([.. Datasets.Concat(more).OrderBy(dataset => dataset.Name, StringComparer.Ordinal)]);

    static DatasetCatalog Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var datasets = new List<Dataset>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".json", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            datasets.Add(new Dataset(JsonSerializer.Deserialize(stream, CatalogJsonContext.Default.CatalogEntry)!));
        }

        return new DatasetCatalog([.. datasets.OrderBy(dataset => dataset.Name, StringComparer.Ordinal)]);
    }
}
