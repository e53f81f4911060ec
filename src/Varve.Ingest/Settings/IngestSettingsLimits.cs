namespace Varve.Ingest.Settings;

/// <summary>What ingest settings may hold. Every limit is tested at its value and one past it.</summary>
public sealed record IngestSettingsLimits
{
    /// <summary>Operators of a filter: each condition, <c>and</c> and <c>or</c> is one. Default 100.</summary>
    public int FilterOperatorsMax { get; init; } = 100;

    /// <summary>Bytes of a filter as JSON. Default 16 KiB.</summary>
    public int FilterBytesMax { get; init; } = 16 << 10;

    /// <summary>How deep <c>and</c> and <c>or</c> may stand in one another. Default 10.</summary>
    public int FilterDepthMax { get; init; } = 10;

    /// <summary>Redactions of a table. Default 200.</summary>
    public int RedactionsMax { get; init; } = 200;

    /// <summary>Fields that files get a side index of. Default 32, which is what a side index can hold.</summary>
    public int IndexedFieldsMax { get; init; } = 32;

    /// <summary>Characters that a mask may keep. Default 64.</summary>
    public int KeepCharsMax { get; init; } = 64;

    /// <summary>Bytes of the settings of a table as JSON. Default 256 KiB.</summary>
    public int SettingsBytesMax { get; init; } = 256 << 10;

    /// <summary>Records of one test of a filter. Default 1,000.</summary>
    public int TestRecordsMax { get; init; } = 1_000;

    /// <summary>Bytes of one test of a filter. Default 4 MiB.</summary>
    public int TestBytesMax { get; init; } = 4 << 20;
}
