using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Varve.Delta.Actions;
using Varve.Delta.Columns;

namespace Varve.Delta;

/// <summary>
/// The removed files that a snapshot still remembers: a path is there once for each deletion vector that it had. Held in columns like
/// <see cref="LiveFiles"/>.
/// </summary>
public sealed class Tombstones : IReadOnlyDictionary<LogicalFile, RemoveFile>
{
    internal Tombstones(FileSet set) => Set = set;

    /// <summary>Number of tombstones.</summary>
    public int Count => Set.Count;

    /// <summary>Their keys, in no special order.</summary>
    public IEnumerable<LogicalFile> Keys
    {
        get
        {
            foreach (var view in Set.Views)
                foreach (var row in view.Rows())
                    yield return Key(view, row);
        }
    }

    /// <summary>The remove actions, in the order of <see cref="Keys"/>.</summary>
    public IEnumerable<RemoveFile> Values => this.Select(static pair => pair.Value);

    /// <inheritdoc/>
    public RemoveFile this[LogicalFile key] => TryGetValue(key, out var file) ? file : throw new KeyNotFoundException($"There is no tombstone of {key.Path}.");

    internal FileSet Set { get; }

    /// <inheritdoc/>
    public bool ContainsKey(LogicalFile key) => Set.Find(key.Path, key.VectorId) is not null;

    /// <inheritdoc/>
    public bool TryGetValue(LogicalFile key, [MaybeNullWhen(false)] out RemoveFile value)
    {
        value = Set.Find(key.Path, key.VectorId) is var (view, row) ? view.Segment.Actions.ReadRemove(row) : null;
        return value is not null;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<LogicalFile, RemoveFile>> GetEnumerator()
    {
        foreach (var view in Set.Views)
            foreach (var row in view.Rows())
                yield return new KeyValuePair<LogicalFile, RemoveFile>(Key(view, row), view.Segment.Actions.ReadRemove(row));
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    static LogicalFile Key(SegmentView view, int row) => new(Encoding.UTF8.GetString(view.Segment.Keys[row]), view.Segment.VectorAt(row));
}
