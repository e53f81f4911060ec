using System.Text;
using Apache.Arrow;
using Varve.Delta.Actions;
using Varve.Delta.Columns;
using Varve.Storage;

namespace Varve.Delta.Checkpoints;

/// <summary>Actions of one row group of a checkpoint. The file's bytes are kept as they are, compressed, and decoded when an action is asked for.</summary>
/// <param name="content">The bytes of the file.</param>
/// <param name="path">Where it lies, for messages.</param>
/// <param name="rowGroup">The row group.</param>
/// <param name="column">The column of the actions.</param>
/// <param name="rows">The row of the group for each row of the segment; null when they are the same.</param>
sealed class CheckpointRows(byte[] content, string path, int rowGroup, string column, int[]? rows) : IActionRows
{
    WeakReference<DecodedRows>? _actions;
    WeakReference<DecodedRows>? _statistics;

    public AddFile ReadAdd(int row) => Read(ref _actions, row, CheckpointReader.ReadAdd, column);

    public RemoveFile ReadRemove(int row) => Read(ref _actions, row, CheckpointReader.ReadRemove, column);

    public ReadOnlyMemory<byte>? ReadStats(int row) =>
        Read(ref _statistics, row, StatsOf, $"{column}.stats", $"{column}.stats_parsed");

    static ReadOnlyMemory<byte>? StatsOf(StructArray add, int row)
    {
        if (CheckpointReader.Child<StringArray>(add, "stats") is { } texts && texts.IsValid(row))
            return texts.GetBytes(row).ToArray();
        return CheckpointReader.ReadStats(add, row) is { } text ? Encoding.UTF8.GetBytes(text) : null;
    }

    T Read<T>(ref WeakReference<DecodedRows>? known, int row, Func<StructArray, int, T> read, params string[] leaves)
    {
        try
        {
            if (known?.TryGetTarget(out var decoded) != true || decoded is null)
                known = new WeakReference<DecodedRows>(decoded = Decode(leaves));
            var (part, at) = decoded.At(rows is null ? row : rows[row]);
            var action = read(part, at);
            // What is read lies outside of the managed heap, and goes with its owner.
            GC.KeepAlive(decoded);
            return action;
        }
        catch (Exception fault) when (fault is not (VarveException or OperationCanceledException))
        {
            throw new VarveException(FaultKind.Corrupt, $"The checkpoint {path} cannot be read: {fault.Message}", fault);
        }
    }

    DecodedRows Decode(string[] leaves)
    {
        using var file = new CheckpointParquet(content);
        var parts = new List<StructArray>();
        foreach (var batch in file.Read(rowGroup, leaves))
            parts.Add(CheckpointReader.Column(batch, column) ?? throw new InvalidDataException($"it has no column {column}."));
        return new DecodedRows(parts);
    }
}
