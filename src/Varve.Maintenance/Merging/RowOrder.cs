using System.Globalization;
using Apache.Arrow;
using Array = System.Array;

namespace Varve.Maintenance.Merging;

/// <summary>The rows of all pieces in the order of time; rows of one time stay in the order of their files.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Levels">The level of each; null when they are not split.</param>
sealed record RowOrder(RowRef[] Rows, byte[]? Levels)
{
    /// <summary>Reads the times, and for levels the ids, of all files.</summary>
    /// <param name="inputs">The files.</param>
    /// <param name="pieces">Their groups of rows, file after file.</param>
    /// <param name="timestamp">The column of the time.</param>
    /// <param name="id">The column of the id by which rows are split by level; null: they are not.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    public static RowOrder Of(
        IReadOnlyList<MergeInput> inputs, IReadOnlyList<Piece> pieces, string timestamp, string? id, CancellationToken cancellationToken)
    {
        var runs = new List<Run>(inputs.Count);
        for (var input = 0; input < inputs.Count; input++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            runs.Add(Run.Read(inputs[input], input, pieces, timestamp, id));
        }

        return Merge(runs, id is not null);
    }

    static RowOrder Merge(List<Run> runs, bool hasLevels)
    {
        var count = runs.Sum(run => run.Times.Length);
        var rows = new RowRef[count];
        var levels = hasLevels ? new byte[count] : null;
        var queue = new PriorityQueue<int, (long Time, int Run)>(runs.Count);
        for (var run = 0; run < runs.Count; run++)
            if (runs[run].Times.Length > 0)
                queue.Enqueue(run, (runs[run].Times[0], run));
        var next = new int[runs.Count];
        var at = 0;
        while (queue.TryDequeue(out var index, out _))
        {
            var run = runs[index];
            var until = queue.TryPeek(out _, out var other) ? other : (long.MaxValue, int.MaxValue);
            var row = next[index];
            // As long as no other file has an earlier row, this one's are taken.
            for (; row < run.Times.Length && (run.Times[row], index).CompareTo(until) <= 0; row++, at++)
            {
                rows[at] = run.Rows[row];
                if (levels is not null)
                    levels[at] = run.Levels![row];
            }

            next[index] = row;
            if (row < run.Times.Length)
                queue.Enqueue(index, (run.Times[row], index));
        }

        return new RowOrder(rows, levels);
    }

    /// <summary>The rows of one file in the order of time.</summary>
    sealed record Run(long[] Times, RowRef[] Rows, byte[]? Levels)
    {
        public static Run Read(MergeInput input, int index, IReadOnlyList<Piece> pieces, string timestamp, string? id)
        {
            var count = checked((int)input.Reader.Rows);
            var run = new Run(new long[count], new RowRef[count], id is null ? null : new byte[count]);
            var start = 0;
            for (var piece = 0; piece < pieces.Count; piece++)
                if (pieces[piece].Input == index)
                    start += run.Fill(input, piece, pieces[piece], start, timestamp, id);
            if (input.Dropped is { } dropped)
                run = run.Picked(Enumerable.Range(0, count).Where(row => !dropped[row]));
            return run.IsSorted() ? run : run.Picked(Enumerable.Range(0, run.Times.Length).OrderBy(row => run.Times[row]));
        }

        int Fill(MergeInput input, int piece, Piece place, int start, string timestamp, string? id)
        {
            using var times = Column(input, place.Group, timestamp);
            var values = times is null ? default : ((TimestampArray)times.Column(0)).Values;
            for (var row = 0; row < place.Rows; row++)
            {
                // A row without a time cannot be, but in files of other writers: it comes first.
                Times[start + row] = times is null || times.Column(0).IsNull(row) ? long.MinValue : values[row];
                Rows[start + row] = new RowRef(piece, row);
            }

            if (id is not null)
            {
                using var ids = Column(input, place.Group, id);
                FillLevels(ids?.Column(0), start, place.Rows);
            }

            return place.Rows;
        }

        void FillLevels(IArrowArray? ids, int start, int count)
        {
            Span<byte> number = stackalloc byte[24];
            var (texts, codes) = ids is DictionaryArray dictionary ? ((StringArray)dictionary.Dictionary, (Int32Array)dictionary.Indices) : (ids as StringArray, null);
            for (var row = 0; row < count; row++)
                if (texts is null || (codes is null ? texts.IsNull(row) : codes.IsNull(row)))
                {
                    // Records without an id go by their time, in microseconds.
                    Times[start + row].TryFormat(number, out var length, provider: CultureInfo.InvariantCulture);
                    Levels![start + row] = LevelOfId.Of(number[..length]);
                }
                else
                {
                    Levels![start + row] = LevelOfId.Of(texts.GetBytes(codes is null ? row : codes.Values[row]));
                }
        }

        static RecordBatch? Column(MergeInput input, int group, string name) =>
            input.Reader.Find(name) is >= 0 and var column ? input.Reader.Read(group, column) : null;

        bool IsSorted()
        {
            for (var row = 1; row < Times.Length; row++)
                if (Times[row] < Times[row - 1])
                    return false;
            return true;
        }

        Run Picked(IEnumerable<int> rows)
        {
            var order = rows.ToArray();
            return new Run(
                Array.ConvertAll(order, row => Times[row]), Array.ConvertAll(order, row => Rows[row]), Levels is null ? null : Array.ConvertAll(order, row => Levels[row]));
        }
    }
}
