namespace Varve.Datasets;

/// <summary>What an account may declare. Every limit is tested at its value and one past it.</summary>
public sealed record DatasetLimits
{
    /// <summary>Datasets of an account beside the built-in ones. Default 200.</summary>
    public int DatasetsMax { get; init; } = 200;

    /// <summary>Fields of a dataset. Default 1,000.</summary>
    public int FieldsMax { get; init; } = 1_000;

    /// <summary>Fields of a dataset that files get a side index of. Default 32.</summary>
    public int IndexedFieldsMax { get; init; } = 32;

    /// <summary>Characters of the name of a dataset or a field. Default 128.</summary>
    public int NameCharsMax { get; init; } = 128;

    /// <summary>Characters of a title, group, unit or rule, and of each known value. Default 200.</summary>
    public int TitleCharsMax { get; init; } = 200;

    /// <summary>Characters of a description. Default 2,000.</summary>
    public int DescriptionCharsMax { get; init; } = 2_000;

    /// <summary>Bytes of a definition as JSON. Default 512 KiB.</summary>
    public int DefinitionBytesMax { get; init; } = 512 << 10;
}
