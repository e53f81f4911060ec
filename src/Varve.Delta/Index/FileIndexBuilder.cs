using System.Buffers;
using Apache.Arrow;
using Varve.Storage;

namespace Varve.Delta.Index;

/// <summary>
/// Makes the index file of a data file: for each indexed column a <see cref="BloomFilter"/> of the values that the file has in it. Not safe for
/// several threads.
/// </summary>
/// <param name="limits">Its bounds; the default ones when null.</param>
public sealed class FileIndexBuilder(FileIndexLimits? limits = null) : IDisposable
{
    readonly FileIndexLimits _limits = limits ?? new FileIndexLimits();
    readonly List<Hashes> _columns = [];

    /// <summary>The columns that are indexed.</summary>
    public IEnumerable<string> Columns => _columns.Select(column => column.Name);

    /// <summary>Adds a column. Of one that gets no values the index file says that the file has none.</summary>
    /// <exception cref="VarveException">There are too many, or it is there already.</exception>
    public void AddColumn(string name)
    {
        if (_columns.Count == _limits.ColumnsMax)
            throw new VarveException(FaultKind.LimitExceeded, $"A side index has at most {_limits.ColumnsMax} columns; {name} is one more. Index fewer.");
        if (Find(name) is not null)
            throw new VarveException(FaultKind.Invalid, $"The column {name} is to be indexed twice: name it once.");
        _columns.Add(new Hashes(name));
    }

    /// <summary>Whether the column was added.</summary>
    public bool HasColumn(string name) => Find(name) is not null;

    /// <summary>Adds values of a column of texts: an array of them, or codes of an array of them all of which occur. Nulls are none.</summary>
    /// <exception cref="ArgumentException">The column was not added, or the values are no texts.</exception>
    public void Add(string column, IArrowArray values)
    {
        var hashes = Find(column) ?? throw new ArgumentException($"The column {column} was not added.", nameof(column));
        switch (values)
        {
            case DictionaryArray { Dictionary: StringArray texts }:
                Add(hashes, texts);
                break;
            case StringArray texts:
                Add(hashes, texts);
                break;
            default:
                throw new ArgumentException($"The column {column} is of type {values.Data.DataType.Name}; only texts are indexed.", nameof(values));
        }
    }

    /// <summary>The bytes of the index file.</summary>
    /// <param name="dataFile">The path of the data file relative to the table's folder, decoded.</param>
    /// <param name="dataFileBytes">Its size.</param>
    /// <exception cref="VarveException">The names are too long for a header: <see cref="FaultKind.LimitExceeded"/>.</exception>
    public byte[] Build(string dataFile, long dataFileBytes)
    {
        var length = FileIndexHeader.LengthOf(dataFile, Columns);
        if (length > _limits.HeaderBytesMax)
            throw new VarveException(
                FaultKind.LimitExceeded, $"The names of the indexed columns of {dataFile} take {length} bytes; {_limits.HeaderBytesMax} are the most. Index fewer.");
        var filters = new List<FilterLayout>(_columns.Count);
        var offset = (long)length;
        foreach (var column in _columns)
        {
            var values = ValueCount.Of(column.Written);
            var blocks = (int)Math.Min(BloomFilter.BlocksFor(values), _limits.FilterBytesMax / BloomFilter.BlockBytes);
            filters.Add(new FilterLayout(column.Name, values, offset, blocks, FilterLayout.SeedOf(column.Name, blocks, dataFileBytes)));
            offset += FilterLayout.SizeOf(blocks);
        }

        var content = new byte[offset];
        new FileIndexHeader(offset, length, filters).Write(content, dataFile, dataFileBytes);
        for (var index = 0; index < filters.Count; index++)
            WriteFilter(_columns[index].Written, filters[index], content.AsSpan((int)filters[index].Offset));
        return content;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var column in _columns)
            column.Dispose();
        _columns.Clear();
    }

    static void Add(Hashes hashes, StringArray texts)
    {
        if (texts.Length == 0)
            return;
        var bytes = texts.Values;
        var offsets = texts.ValueOffsets[..(texts.Length + 1)];
        var target = hashes.Reserve(texts.Length);
        var count = 0;
        for (var row = 0; row < texts.Length; row++)
            if (texts.NullCount == 0 || texts.IsValid(row))
                target[count++] = ValueHash.Of(bytes[offsets[row]..offsets[row + 1]]);
        hashes.Advance(count);
    }

    static void WriteFilter(ReadOnlySpan<ulong> hashes, FilterLayout layout, Span<byte> target)
    {
        if (layout.Blocks == 0)
            return;
        var bytes = layout.Blocks * BloomFilter.BlockBytes;
        var filter = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            filter.AsSpan(0, bytes).Clear();
            foreach (var hash in hashes)
                BloomFilter.Insert(filter.AsSpan(0, bytes), hash);
            layout.Write(filter.AsSpan(0, bytes), target);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(filter);
        }
    }

    Hashes? Find(string name)
    {
        foreach (var column in _columns)
            if (column.Name == name)
                return column;
        return null;
    }

    /// <summary>The hashes of a column's values, in memory that is lent: a large file has millions of bytes of them.</summary>
    sealed class Hashes(string name) : IDisposable
    {
        ulong[] _hashes = [];
        int _count;

        public string Name => name;

        public ReadOnlySpan<ulong> Written => _hashes.AsSpan(0, _count);

        /// <summary>Room for so many more.</summary>
        public Span<ulong> Reserve(int count)
        {
            if (_hashes.Length - _count < count)
            {
                var larger = ArrayPool<ulong>.Shared.Rent(Math.Max(_count + count, _hashes.Length * 2));
                Written.CopyTo(larger);
                Dispose();
                _hashes = larger;
            }

            return _hashes.AsSpan(_count, count);
        }

        public void Advance(int count) => _count += count;

        public void Dispose()
        {
            if (_hashes.Length > 0)
                ArrayPool<ulong>.Shared.Return(_hashes);
            _hashes = [];
        }
    }
}
