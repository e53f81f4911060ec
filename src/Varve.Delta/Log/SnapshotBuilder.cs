using System.Text.Unicode;
using Varve.Delta.Actions;
using Varve.Delta.Checkpoints;
using Varve.Delta.Columns;
using Varve.Storage;

namespace Varve.Delta.Log;

/// <summary>Collects actions in the order of versions. Delta protocol: "Action Reconciliation".</summary>
/// <param name="table">The table, for messages.</param>
/// <param name="address">Where the table is; see <see cref="TablePath.Key"/>. Null when there is no telling.</param>
/// <param name="from">The snapshot from which it goes on; null before version 0.</param>
sealed class SnapshotBuilder(string table, string? address, Snapshot? from = null)
{
    readonly TableStateBuilder _state = new(table, from);
    readonly FileSetBuilder _files = new(from?.Files.Set ?? FileSet.Empty(vectorCounts: false, table, address));
    readonly FileSetBuilder _tombstones = new(from?.Tombstones.Set ?? FileSet.Empty(vectorCounts: true, table, address));

    /// <summary>Takes the content of a checkpoint; it comes before all commits.</summary>
    public void Apply(long version, CheckpointContent checkpoint)
    {
        _state.Apply(version, checkpoint.Lines);
        foreach (var segment in checkpoint.Adds)
            _files.Add(segment);
        foreach (var segment in checkpoint.Removes)
            _tombstones.Add(segment);
        foreach (var (text, path) in checkpoint.Texts)
            Apply(version, text, path);
    }

    /// <summary>Takes a commit that is at hand as objects.</summary>
    public void Apply(long version, IReadOnlyList<LogLine> lines) => Apply(version, ActionJson.Write(lines), $"version {version} of {table}");

    /// <summary>Takes the text of a commit, or of a compaction. It is kept: it must not change any more.</summary>
    /// <param name="version">The version that is reached.</param>
    /// <param name="text">The bytes.</param>
    /// <param name="path">Where they lie, for messages.</param>
    /// <exception cref="VarveException">A line is no action: <see cref="FaultKind.Corrupt"/>.</exception>
    public void Apply(long version, byte[] text, string path)
    {
        if (!Utf8.IsValid(text))
            throw new VarveException(FaultKind.Corrupt, $"{path} is no valid UTF-8.");
        _files.BeginText(text);
        _tombstones.BeginText(text);
        // Actions of one commit have no order: a remove and an add of one path mean that the file is there. So removes go first.
        var adds = new List<(int Start, int End, int Number)>();
        var others = new List<LogLine>();
        ReadOnlySpan<byte> rest = text;
        for (var number = 1; !rest.IsEmpty; number++)
        {
            var start = text.Length - rest.Length;
            var line = ActionJson.NextLine(ref rest);
            if (line.StartsWith(AddLine.Start))
            {
                adds.Add((start, start + line.Length, number));
                continue;
            }

            if (ActionJson.IsBlank(line))
                continue;
            var action = ActionJson.ReadLine(line, path, number);
            if (action.Add is not null)
                adds.Add((start, start + line.Length, number));
            else if (action.Remove is { } remove)
                Remove(remove, start, start + line.Length);
            else
                others.Add(action);
        }

        foreach (var (start, end, number) in adds)
            Add(text, start, end, path, number);
        _state.Apply(version, others);
    }

    public void SetCommitTimestamp(long milliseconds) => _state.SetCommitTimestamp(milliseconds);

    /// <exception cref="VarveException">There is no protocol or no metaData yet, or the table needs what this version cannot read.</exception>
    public Snapshot Build() => new(_state.Build(), new LiveFiles(_files.Build()), new Tombstones(_tombstones.Build()));

    void Add(byte[] text, int start, int end, string path, int number)
    {
        ReadOnlySpan<byte> line = text.AsSpan(start, end - start);
        if (AddLine.TryRead(line, out var fields))
        {
            var row = new FileRow
            {
                Key = FileKey.Decode(fields.Path, address),
                Size = fields.Size,
                Partition = fields.Partition,
                Vector = null,
                LineStart = start,
                LineEnd = end,
            };
            Put(row);
            return;
        }

        // Read in full: what is unusual is taken, what is wrong is told.
        if (ActionJson.ReadLine(line, path, number).Add is not { } add)
            throw new VarveException(FaultKind.Corrupt, $"{path} line {number} holds an add action and another one.");
        Put(new FileRow
        {
            Key = FileKey.Of(add.Path, address),
            Size = add.Size,
            Partition = PartitionTuple.Text(add.PartitionValues),
            Vector = add.DeletionVector?.UniqueId,
            LineStart = start,
            LineEnd = end,
        });
    }

    void Put(in FileRow row)
    {
        _files.Put(row);
        if (!_tombstones.IsEmpty)
            _tombstones.Remove(row.Key, row.Vector);
    }

    void Remove(RemoveFile remove, int start, int end)
    {
        var row = new FileRow
        {
            Key = FileKey.Of(remove.Path, address),
            Size = remove.Size ?? 0,
            Partition = remove.PartitionValues is null ? "{}"u8 : PartitionTuple.Text(remove.PartitionValues),
            Vector = remove.DeletionVector?.UniqueId,
            LineStart = start,
            LineEnd = end,
        };
        // The same path with another deletion vector is another file.
        if (_files.TryFind(row.Key, vector: null, out var live) && live == row.Vector)
            _files.Remove(row.Key, vector: null);
        _tombstones.Put(row);
    }
}
