using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Varve.Delta.Actions;
using Varve.Delta.Columns;

namespace Varve.Delta;

/// <summary>The files of one partition of a table.</summary>
/// <param name="Values">Partition column to value as the log has it; null is the null value.</param>
/// <param name="Files">Number of files.</param>
/// <param name="SizeBytes">Sum of their sizes in bytes.</param>
public sealed record PartitionFigures(IReadOnlyDictionary<string, string?> Values, int Files, long SizeBytes);

/// <summary>
/// The live files of a snapshot by decoded path. Held in columns; an <see cref="AddFile"/> is made when it is asked for, so that two calls give two
/// equal objects. Immutable, and safe to use from many threads.
/// </summary>
public sealed class LiveFiles : IReadOnlyDictionary<string, AddFile>
{
    internal LiveFiles(FileSet set) => Set = set;

    /// <summary>Number of files.</summary>
    public int Count => Set.Count;

    /// <summary>Sum of the files' sizes in bytes.</summary>
    public long SizeBytes => Set.SizeBytes;

    /// <summary>Decoded paths, in no special order.</summary>
    public IEnumerable<string> Keys
    {
        get
        {
            foreach (var view in Set.Views)
                foreach (var row in view.Rows())
                    yield return view.Segment.KeyAt(row);
        }
    }

    /// <summary>The add actions, in the order of <see cref="Keys"/>.</summary>
    public IEnumerable<AddFile> Values
    {
        get
        {
            foreach (var view in Set.Views)
                foreach (var row in view.Rows())
                    yield return view.Segment.Actions.ReadAdd(row);
        }
    }

    /// <inheritdoc/>
    public AddFile this[string key] => TryGetValue(key, out var file) ? file : throw new KeyNotFoundException($"There is no live file {key}.");

    internal FileSet Set { get; }

    /// <inheritdoc/>
    public bool ContainsKey(string key) => Set.Find(key, vector: null) is not null;

    /// <summary>True when the path is live with just this deletion vector, or none. No action is decoded.</summary>
    public bool Contains(LogicalFile file) => Set.Find(file.Path, vector: null) is var (view, row) && view.Segment.VectorAt(row) == file.VectorId;

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out AddFile value)
    {
        value = Set.Find(key, vector: null) is var (view, row) ? view.Segment.Actions.ReadAdd(row) : null;
        return value is not null;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, AddFile>> GetEnumerator()
    {
        foreach (var view in Set.Views)
            foreach (var row in view.Rows())
                yield return new KeyValuePair<string, AddFile>(view.Segment.KeyAt(row), view.Segment.Actions.ReadAdd(row));
    }

    /// <summary>All rows that are live, segment by segment.</summary>
    /// <param name="begin">Called before the rows of each segment.</param>
    internal IEnumerable<(FileSegment Segment, int Row)> Rows(Action<FileSegment> begin)
    {
        foreach (var view in Set.Views)
        {
            begin(view.Segment);
            foreach (var row in view.Rows())
                yield return (view.Segment, row);
        }
    }

    /// <summary>The partitions that have files, in no special order; no file is decoded.</summary>
    public IReadOnlyList<PartitionFigures> Partitions()
    {
        var figures = new Dictionary<string, PartitionFigures>(StringComparer.Ordinal);
        foreach (var view in Set.Views)
        {
            var segment = view.Segment;
            var (files, bytes) = (new int[segment.Partitions.Length], new long[segment.Partitions.Length]);
            foreach (var row in view.Rows())
            {
                var partition = segment.PartitionOf is null ? 0 : segment.PartitionOf[row];
                files[partition]++;
                bytes[partition] += segment.Sizes[row];
            }

            for (var partition = 0; partition < files.Length; partition++)
                if (files[partition] > 0)
                {
                    var tuple = segment.Partitions[partition];
                    var known = figures.GetValueOrDefault(tuple.Key) ?? new PartitionFigures(tuple.Values, 0, 0);
                    figures[tuple.Key] = known with { Files = known.Files + files[partition], SizeBytes = known.SizeBytes + bytes[partition] };
                }
        }

        return [.. figures.Values];
    }

    /// <summary>The files of the partitions that are wanted; each partition is asked for once in a segment, and no other file is decoded.</summary>
    /// <param name="isWanted">Is given the values by partition column, as the log has them.</param>
    public IEnumerable<AddFile> InPartitions(Func<IReadOnlyDictionary<string, string?>, bool> isWanted)
    {
        foreach (var view in Set.Views)
        {
            var segment = view.Segment;
            var wanted = Array.ConvertAll(segment.Partitions, tuple => isWanted(tuple.Values));
            foreach (var row in view.Rows())
                if (wanted[segment.PartitionOf is null ? 0 : segment.PartitionOf[row]])
                    yield return segment.Actions.ReadAdd(row);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
