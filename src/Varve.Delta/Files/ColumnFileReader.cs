using Apache.Arrow;
using Apache.Arrow.Types;
using ParquetSharp;
using ParquetSharp.Arrow;
using Varve.Storage;

namespace Varve.Delta.Files;

/// <summary>
/// Reads a Parquet file of this machine one column of one group of rows at a time: the counterpart of <see cref="ColumnFileWriter"/>. Texts that the
/// file has as codes of a dictionary come as Arrow's codes. Not safe for several threads.
/// </summary>
public sealed class ColumnFileReader : IDisposable
{
    readonly string _name;
    readonly ArrowReaderProperties _properties;
    readonly FileReader _reader;
    readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    readonly int[][] _leaves;
    readonly int[] _groupRows;

    ColumnFileReader(string name, ArrowReaderProperties properties, FileReader reader)
    {
        (_name, _properties, _reader) = (name, properties, reader);
        Schema = reader.Schema;
        _leaves = new int[Schema.FieldsList.Count][];
        var next = 0;
        for (var column = 0; column < _leaves.Length; column++)
        {
            var count = ParquetFile.LeafCount(Schema.FieldsList[column].DataType);
            _leaves[column] = [.. Enumerable.Range(next, count)];
            _columns[Schema.FieldsList[column].Name] = column;
            next += count;
        }

        _groupRows = new int[reader.NumRowGroups];
        for (var group = 0; group < _groupRows.Length; group++)
        {
            using var rows = reader.ParquetReader.RowGroup(group);
            _groupRows[group] = checked((int)rows.MetaData.NumRows);
        }
    }

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its path on this machine.</param>
    /// <param name="name">Its name for messages.</param>
    /// <exception cref="VarveException">It is not there or no Parquet file: <see cref="FaultKind.Corrupt"/>.</exception>
    public static ColumnFileReader Open(string path, string name)
    {
        ArrowReaderProperties? properties = null;
        try
        {
            properties = ParquetFile.ReaderProperties();
            // All rows of a group come at once.
            properties.BatchSize = int.MaxValue;
            using (var metadata = new ParquetFileReader(path))
                ReadCodes(metadata, properties);
            return new ColumnFileReader(name, properties, new FileReader(path, null, properties));
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            properties?.Dispose();
            throw Unreadable(name, fault);
        }
    }

    /// <summary>The columns.</summary>
    public Apache.Arrow.Schema Schema { get; }

    /// <summary>Groups of rows.</summary>
    public int Groups => _groupRows.Length;

    /// <summary>Rows of the file.</summary>
    public long Rows => _groupRows.Sum(rows => (long)rows);

    /// <summary>Rows of a group.</summary>
    public int RowsOf(int group) => _groupRows[group];

    /// <summary>The position of a column, or -1 when the file lacks it.</summary>
    public int Find(string column) => _columns.GetValueOrDefault(column, -1);

    /// <summary>How the first group has a column: <see cref="ColumnEncoding.Codes"/> for texts of a dictionary.</summary>
    public ColumnEncoding EncodingOf(int column)
    {
        if (Groups == 0)
            return ColumnEncoding.Dictionary;
        var isText = Schema.FieldsList[column].DataType is StringType or DictionaryType { ValueType: StringType };
        using var group = _reader.ParquetReader.RowGroup(0);
        using var chunk = group.MetaData.GetColumnChunkMetaData(_leaves[column][0]);
        if (HasCodes(chunk))
            return isText ? ColumnEncoding.Codes : ColumnEncoding.Dictionary;
        return chunk.Encodings.Contains(Encoding.DeltaBinaryPacked) ? ColumnEncoding.Delta : ColumnEncoding.Plain;
    }

    /// <summary>A column of a group of rows, as a batch of one column, which the caller disposes of.</summary>
    /// <exception cref="VarveException">The file is damaged: <see cref="FaultKind.Corrupt"/>.</exception>
    public RecordBatch Read(int group, int column)
    {
        try
        {
            using var batches = _reader.GetRecordBatchReader([group], _leaves[column]);
            var batch = ParquetFile.ReadNext(batches);
            if (batch?.Length == _groupRows[group])
                return batch;
            batch?.Dispose();
            throw new InvalidDataException($"group {group} has other than {_groupRows[group]} values in the column {Schema.FieldsList[column].Name}");
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            throw Unreadable(_name, fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _properties.Dispose();
    }

    static void ReadCodes(ParquetFileReader metadata, ArrowReaderProperties properties)
    {
        if (metadata.FileMetaData.NumRowGroups == 0)
            return;
        using var group = metadata.RowGroup(0);
        for (var leaf = 0; leaf < metadata.FileMetaData.NumColumns; leaf++)
        {
            using var chunk = group.MetaData.GetColumnChunkMetaData(leaf);
            // Within lists and maps Arrow gives the texts themselves.
            if (chunk.Type == PhysicalType.ByteArray && HasCodes(chunk) && metadata.FileMetaData.Schema.Column(leaf).MaxRepetitionLevel == 0)
                properties.SetReadDictionary(leaf, true);
        }
    }

    static bool HasCodes(ColumnChunkMetaData chunk) => chunk.Encodings.Contains(Encoding.RleDictionary) || chunk.Encodings.Contains(Encoding.PlainDictionary);

    static VarveException Unreadable(string name, Exception fault) =>
        new(FaultKind.Corrupt, $"The data file {name} cannot be read: {fault.Message.TrimEnd('.')}.", fault);
}
