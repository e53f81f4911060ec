using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Threading.Channels;
using DuckDB.NET.Data;
using Varve.Datasets;
using Varve.Query.Execution;
using Varve.Query.Planning;
using Varve.Storage;

namespace Varve.Query;

/// <summary>A query that runs: its plan, the columns of its answer, and the rows as they come. Dispose it to stop it.</summary>
public sealed class QueryRun : IAsyncDisposable
{
    const int BlockRows = 500;
    const int BlocksAhead = 4;

    readonly Channel<RowBlock> _blocks = Channel.CreateBounded<RowBlock>(BlocksAhead);
    readonly TaskCompletionSource<IReadOnlyList<ResultColumn>> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenSource _stop;
    readonly CancellationToken _callers;
    readonly QueryLimits _limits;
    readonly TimeProvider _clock;
    readonly long _startedAt;
    readonly Action _release;
    Task _running = Task.CompletedTask;
    int _disposals;

    QueryRun(QueryPlan plan, QueryLimits limits, TimeProvider clock, Action release, CancellationToken cancellationToken)
    {
        (Plan, _limits, _clock, _release, _callers) = (plan, limits, clock, release, cancellationToken);
        _startedAt = clock.GetTimestamp();
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>What is read.</summary>
    public QueryPlan Plan { get; }

    /// <summary>The columns of the answer.</summary>
    public IReadOnlyList<ResultColumn> Columns { get; private set; } = [];

    /// <summary>Rows given so far.</summary>
    public long Rows { get; private set; }

    /// <summary>True when there are more rows than the row limit. Known when the last block was read.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => _clock.GetElapsedTime(_startedAt);

    /// <summary>The rows. May be read once.</summary>
    /// <exception cref="VarveException">The query failed on its way; what was read before is not the whole answer.</exception>
    public IAsyncEnumerable<RowBlock> ReadAsync(CancellationToken cancellationToken) => _blocks.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Stops the query if it still runs, and frees what it held.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposals, 1) == 0)
            await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    internal static async Task<QueryRun> StartAsync(
        EngineLane lane, QueryPlan plan, QueryLimits limits, TimeProvider clock, Action release, CancellationToken cancellationToken)
    {
        var run = new QueryRun(plan, limits, clock, release, cancellationToken);
        // The engine blocks its thread: it gets one of its own.
        run._running = Task.Factory.StartNew(() => run.Execute(lane), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            run.Columns = await run._started.Task;
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    void Execute(EngineLane lane)
    {
        using var deadline = new CancellationTokenSource(_limits.Duration, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, deadline.Token);
        try
        {
            using var connection = lane.Connect();
            using var command = connection.CreateCommand();
            command.CommandText = Plan.EngineSql;
            command.UseStreamingMode = true;
            using var interrupt = new Interruption(command, _clock, either.Token);
            using var reader = command.ExecuteReader();
            _started.SetResult([.. Plan.Output.Select((column, index) => new ResultColumn(column.Name, TypeOf(reader, index, column), column.Field) { Item = ItemOf(reader.GetFieldType(index)) })]);
            ReadRows(reader, either.Token);
            _blocks.Writer.Complete();
        }
        catch (Exception fault)
        {
            var seen = Explain(fault, deadline.IsCancellationRequested);
            _started.TrySetException(seen);
            _blocks.Writer.TryComplete(seen);
        }
        finally
        {
            _release();
        }
    }

    void ReadRows(DuckDBDataReader reader, CancellationToken cancellationToken)
    {
        var block = NewBlock(reader.FieldCount);
        var filled = 0;
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Rows == _limits.RowsMax && Plan.MayBeCut)
            {
                IsTruncated = true;
                break;
            }

            for (var column = 0; column < block.Length; column++)
                block[column][filled] = reader.IsDBNull(column) ? null : ValueAt(reader, column);
            Rows++;
            if (++filled < BlockRows)
                continue;
            Send(new RowBlock(filled, block), cancellationToken);
            (block, filled) = (NewBlock(reader.FieldCount), 0);
        }

        if (filled > 0)
            Send(new RowBlock(filled, [.. block.Select(values => values[..filled])]), cancellationToken);
    }

    object ValueAt(DuckDBDataReader reader, int column)
    {
        try
        {
            return Plain(EngineValue.Read(reader, column));
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or InvalidCastException or OverflowException)
        {
            throw New(FaultKind.Invalid, "type_mismatch",
                $"A value of {Plan.Output[column].Name} is outside of what can be shown, such as an infinite time or an interval of months. Cast it to VARCHAR.");
        }
    }

    // This thread is the engine's: it may wait for a slow reader.
    void Send(RowBlock block, CancellationToken cancellationToken) => _blocks.Writer.WriteAsync(block, cancellationToken).AsTask().GetAwaiter().GetResult();

    Exception Explain(Exception fault, bool isLate)
    {
        if (_callers.IsCancellationRequested || (_stop.IsCancellationRequested && !isLate))
            return new OperationCanceledException("The query was cancelled.", fault, _callers);
        if (isLate)
            return New(FaultKind.LimitExceeded, "timeout",
                $"The query ran for {_limits.Duration.TotalSeconds:0} s, which is the limit. Narrow the time range or name fewer columns.");
        if (fault is not DuckDBException)
            return fault;
        var message = FirstParagraph(fault.Message);
        return message switch
        {
            _ when message.StartsWith("Out of Memory", StringComparison.Ordinal) => New(
                FaultKind.LimitExceeded, "out_of_memory", "The query needs more memory than it may have. Narrow the time range, or group by a field with fewer values."),
            _ when message.StartsWith("IO Error", StringComparison.Ordinal) || message.Contains("No magic bytes", StringComparison.Ordinal)
                || message.Contains("too small to be a Parquet file", StringComparison.Ordinal) || message.Contains("Invalid data", StringComparison.Ordinal) => New(FaultKind.Corrupt, "file_unreadable", $"A data file cannot be read. {message}"),
            _ when message.StartsWith("Binder Error", StringComparison.Ordinal) || message.StartsWith("Conversion Error", StringComparison.Ordinal)
                || message.StartsWith("Invalid Input Error", StringComparison.Ordinal) || message.StartsWith("Out of Range Error", StringComparison.Ordinal)
                || message.StartsWith("Parser Error", StringComparison.Ordinal) || message.StartsWith("Catalog Error", StringComparison.Ordinal)
                => New(FaultKind.Invalid, "type_mismatch", message[(message.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()),
            _ => New(FaultKind.Internal, "internal", message),
        };
    }

    static VarveException New(FaultKind kind, string code, string message) => new(kind, message) { Detail = new FaultDetail(code) };

    static string FirstParagraph(string message)
    {
        var end = message.IndexOf("\n\n", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).ReplaceLineEndings(" ");
    }

    static object?[][] NewBlock(int columns) => [.. Enumerable.Range(0, columns).Select(_ => new object?[BlockRows])];

    ColumnType TypeOf(DuckDBDataReader reader, int index, Sql.OutputColumn column)
    {
        var type = reader.GetFieldType(index);
        if (column.Field is TableLayout.ExtraColumn || (column.Field is not null && Plan.Dataset.Find(column.Field)?.Type == FieldType.Json))
            return ColumnType.Json;
        return Type.GetTypeCode(type) switch
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
    }

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
}
