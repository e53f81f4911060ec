using System.Collections;
using System.Globalization;
using System.Numerics;
using DuckDB.NET.Data;
using Varve.Storage;

namespace Varve.Query.Execution;

/// <summary>Takes the rows of an answer out of the engine, in blocks, as far as they are wanted.</summary>
sealed class AnswerReader(EngineRequest request)
{
    const int BlockRows = 500;
    const int BlockBytes = 1 << 20;

    /// <summary>The columns of the answer that the engine gives, in its order.</summary>
    readonly int[] _given = [.. Enumerable.Range(0, request.Columns.Count).Where(column => request.Columns[column].WithoutValues is null)];

    /// <summary>True when all rows that the engine has were read.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>The columns of the answer.</summary>
    public IReadOnlyList<ResultColumn> ColumnsOf(DuckDBDataReader reader)
    {
        ResultColumn[] columns = [.. request.Columns.Select(column => column.WithoutValues!)];
        for (var index = 0; index < _given.Length; index++)
        {
            var (column, type) = (request.Columns[_given[index]], reader.GetFieldType(index));
            var known = column.IsJson ? ColumnType.Json : TypeOf(type);
            columns[_given[index]] = new ResultColumn(column.Name, known, column.Field) { Item = known == ColumnType.Array ? ItemOf(type) : ColumnType.String };
        }

        return columns;
    }

    /// <summary>Reads the rows that are wanted, and hands a block on when it has so many rows or bytes.</summary>
    /// <returns>True when there are more rows than are wanted.</returns>
    /// <exception cref="VarveException">The answer has too many bytes, or a value that cannot be shown.</exception>
    public bool Read(DuckDBDataReader reader, Action<RowBlock> send, CancellationToken cancellationToken)
    {
        var block = NewBlock(request.Columns.Count);
        var (filled, rows, bytes, sentBytes) = (0, 0L, 0L, 0L);
        var isCut = false;
        while (!isCut && rows != request.RowsWanted)
        {
            if (!reader.Read())
            {
                IsAtEnd = true;
                break;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (rows == request.RowsMax)
            {
                isCut = true;
                continue;
            }

            for (var index = 0; index < _given.Length; index++)
                bytes += SizeOf(block[_given[index]][filled] = reader.IsDBNull(index) ? null : ValueAt(reader, index));
            if (bytes > request.AnswerBytesMax)
                throw EngineFaults.AnswerTooLarge(request.AnswerBytesMax);
            rows++;
            // A row can hold many megabytes: what waits for a slow reader is bound by bytes too.
            if (++filled < BlockRows && bytes - sentBytes < BlockBytes)
                continue;
            send(BlockOf(block, filled));
            (block, filled, sentBytes) = (NewBlock(request.Columns.Count), 0, bytes);
        }

        if (filled > 0)
            send(BlockOf(block, filled));
        return isCut;
    }

    object ValueAt(DuckDBDataReader reader, int index)
    {
        try
        {
            return Plain(EngineValue.Read(reader, index));
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or InvalidCastException or OverflowException)
        {
            throw EngineFaults.New(FaultKind.Invalid, "type_mismatch",
                $"A value of {request.Columns[_given[index]].Name} is outside of what can be shown, such as an infinite time or an interval of months. Cast it to VARCHAR.");
        }
    }

    static object?[][] NewBlock(int columns) => [.. Enumerable.Range(0, columns).Select(_ => new object?[BlockRows])];

    static RowBlock BlockOf(object?[][] columns, int rows) => new(rows, rows == BlockRows ? columns : [.. columns.Select(values => values[..rows])]);

    static ColumnType TypeOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => ColumnType.Bool,
        TypeCode.Byte or TypeCode.SByte or TypeCode.Int16 or TypeCode.UInt16 or TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Int64 or TypeCode.UInt64 => ColumnType.Int,
        TypeCode.Single or TypeCode.Double or TypeCode.Decimal => ColumnType.Float,
        TypeCode.DateTime => ColumnType.Timestamp,
        _ when type == typeof(BigInteger) => ColumnType.Int,
        _ when type == typeof(DateOnly) => ColumnType.Date,
        _ when type == typeof(DateTimeOffset) => ColumnType.Timestamp,
        _ when typeof(IDictionary).IsAssignableFrom(type) => ColumnType.Map,
        _ when type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type) => ColumnType.Array,
        _ => ColumnType.String,
    };

    static ColumnType ItemOf(Type type) => Type.GetTypeCode(type.IsGenericType ? type.GetGenericArguments()[0] : type) switch
    {
        TypeCode.String => ColumnType.String,
        TypeCode.Byte or TypeCode.SByte or TypeCode.Int16 or TypeCode.UInt16 or TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Int64 or TypeCode.UInt64 => ColumnType.Int,
        TypeCode.Single or TypeCode.Double or TypeCode.Decimal => ColumnType.Float,
        _ => ColumnType.Array,
    };

    /// <summary>The engine's values as the types that <see cref="ColumnType"/> names.</summary>
    static object Plain(object value) => value switch
    {
        long or double or bool or string or BigInteger or DateOnly or IDictionary => value,
        DateTime instant => DateTime.SpecifyKind(instant, DateTimeKind.Utc),
        DateTimeOffset instant => instant.UtcDateTime,
        ulong whole => (BigInteger)whole,
        byte or sbyte or short or ushort or int or uint => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        float or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        IEnumerable items => items.Cast<object?>().Select(item => item is null ? null : Plain(item)).ToArray(),
        IFormattable text => text.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    static long SizeOf(object? value) => value switch
    {
        null => 0,
        string text => System.Text.Encoding.UTF8.GetByteCount(text),
        IDictionary map => map.Keys.Cast<object?>().Sum(SizeOf) + map.Values.Cast<object?>().Sum(SizeOf),
        object?[] items => items.Sum(SizeOf),
        _ => sizeof(long),
    };
}
