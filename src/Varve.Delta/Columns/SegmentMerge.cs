namespace Varve.Delta.Columns;

/// <summary>Several segments of lines as one, without the rows that have gone.</summary>
static class SegmentMerge
{
    public static SegmentView Merge(IReadOnlyList<SegmentView> views, int packFromRows, string table)
    {
        var kept = views.Select(static view => view.Rows().ToArray()).ToArray();
        var count = kept.Sum(static rows => rows.Length);
        var (sizes, ends, partitionOf) = (new long[count], new int[count], new int[count]);
        var vectors = views.Any(static view => view.Segment.Vectors is not null) ? new string?[count] : null;
        var (partitions, known) = (new List<PartitionTuple>(), new Dictionary<string, int>());
        using var keys = new MemoryStream();
        var at = 0;
        for (var part = 0; part < views.Count; part++)
        {
            var segment = views[part].Segment;
            var ids = Ids(segment, partitions, known);
            foreach (var row in kept[part])
            {
                keys.Write(segment.Keys[row]);
                ends[at] = (int)keys.Length;
                sizes[at] = segment.Sizes[row];
                partitionOf[at] = ids[segment.PartitionOf is null ? 0 : segment.PartitionOf[row]];
                if (vectors is not null)
                    vectors[at] = segment.VectorAt(row);
                at++;
            }
        }

        var tuples = new PartitionColumn([.. partitions], partitions.Count == 1 ? null : partitionOf);
        var merged = new FileSegment(new KeyColumn(keys.ToArray(), ends), tuples)
        {
            Sizes = sizes,
            Vectors = vectors,
            Actions = LineRows.Merge([.. views.Select((view, part) => ((LineRows)view.Segment.Actions, (IReadOnlyList<int>)kept[part]))], packFromRows, table),
        };
        return new SegmentView(merged, null, count, sizes.Sum());
    }

    static int[] Ids(FileSegment segment, List<PartitionTuple> partitions, Dictionary<string, int> known)
    {
        var ids = new int[segment.Partitions.Length];
        for (var index = 0; index < ids.Length; index++)
        {
            var tuple = segment.Partitions[index];
            if (!known.TryGetValue(tuple.Key, out ids[index]))
            {
                known[tuple.Key] = ids[index] = partitions.Count;
                partitions.Add(tuple);
            }
        }

        return ids;
    }
}
