using Apache.Arrow;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Varve.Delta.Files;

/// <summary>How a column of a file is encoded.</summary>
public enum ColumnEncoding
{
    /// <summary>As codes of a dictionary, as long as the dictionary stays small.</summary>
    Dictionary,

    /// <summary>As <see cref="Dictionary"/>, from values that come as Arrow's codes; the file itself then has no bounds of the column.</summary>
    Codes,

    /// <summary>One value after the other: for values that hardly repeat.</summary>
    Plain,

    /// <summary>By the differences of whole numbers or instants: for those that grow.</summary>
    Delta,
}

/// <summary>
/// Writes one zstd Parquet file in memory, column by column: only the column at hand has to be there as an Arrow array. Rows come in groups of at
/// most <see cref="ParquetFile.RowGroupRows"/>; each group has all columns in the order of the schema.
/// </summary>
public sealed class ColumnFileWriter : IDisposable
{
    readonly MemoryStream _stream;
    readonly WriterProperties _properties;
    readonly FileWriter _writer;

    /// <param name="schema">The columns. One of Arrow's dictionary type becomes a column of its value type.</param>
    /// <param name="encodings">How each is encoded.</param>
    /// <param name="sizeHint">Bytes that the file is likely to have.</param>
    public ColumnFileWriter(Apache.Arrow.Schema schema, IReadOnlyList<ColumnEncoding> encodings, int sizeHint)
    {
        _stream = new MemoryStream(sizeHint);
        using var builder = ParquetFile.WriterProperties();
        for (var index = 0; index < encodings.Count; index++)
        {
            var name = schema.GetFieldByIndex(index).Name;
            if (encodings[index] == ColumnEncoding.Codes)
                // To tell the least and the greatest, the writer would look for the codes that occur; the log has bounds where they are of use.
                builder.DisableStatistics(name);
            if (encodings[index] is ColumnEncoding.Dictionary or ColumnEncoding.Codes)
                continue;
            builder.DisableDictionary(name);
            if (encodings[index] == ColumnEncoding.Delta)
                builder.Encoding(name, Encoding.DeltaBinaryPacked);
        }

        _properties = builder.Build();
        _writer = new FileWriter(_stream, schema, _properties, leaveOpen: true);
    }

    /// <summary>Bytes of the groups of rows that are complete.</summary>
    public long WrittenBytes => _stream.Length;

    /// <summary>Begins a group of rows.</summary>
    public void BeginRowGroup() => _writer.NewRowGroup();

    /// <summary>Writes the next column of the group. Its memory can be used anew afterwards.</summary>
    public void Write(IArrowArray column) => _writer.WriteColumnChunk(column);

    /// <summary>Ends the file and gives its bytes.</summary>
    public ReadOnlyMemory<byte> Complete()
    {
        _writer.Close();
        return _stream.GetBuffer().AsMemory(0, (int)_stream.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer.Dispose();
        _properties.Dispose();
    }
}
