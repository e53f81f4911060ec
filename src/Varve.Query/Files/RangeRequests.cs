namespace Varve.Query.Files;

/// <summary>A part of a range that one request brings.</summary>
/// <param name="Range">Which of the ranges it belongs to.</param>
/// <param name="Bytes">Where the part lies in the file.</param>
readonly record struct RequestPiece(int Range, FileRange Bytes);

/// <summary>One request for bytes of a file, and which of them are wanted: those between the pieces are thrown away.</summary>
/// <param name="Bytes">What is asked for.</param>
/// <param name="Pieces">What is wanted of it, in order.</param>
sealed record RangeRequest(FileRange Bytes, IReadOnlyList<RequestPiece> Pieces)
{
    /// <summary>
    /// The requests for some ranges: those that are no further apart than <paramref name="gapBytesMax"/> share one, as long as it stays within
    /// <paramref name="bytesMax"/>; a longer one is split.
    /// </summary>
    /// <param name="ranges">Ranges in order that do not overlap.</param>
    /// <param name="gapBytesMax">Most bytes between two ranges that are worth reading for nothing.</param>
    /// <param name="bytesMax">Most bytes of one request.</param>
    public static List<RangeRequest> For(IReadOnlyList<FileRange> ranges, long gapBytesMax, int bytesMax)
    {
        var requests = new List<RangeRequest>();
        var pieces = new List<RequestPiece>();
        for (var index = 0; index < ranges.Count; index++)
            for (var start = ranges[index].Start; start < ranges[index].End; start += bytesMax)
            {
                var piece = new FileRange(start, Math.Min(bytesMax, ranges[index].End - start));
                if (pieces.Count > 0 && (piece.Start - pieces[^1].Bytes.End > gapBytesMax || piece.End - pieces[0].Bytes.Start > bytesMax))
                    Close();
                pieces.Add(new RequestPiece(index, piece));
            }

        if (pieces.Count > 0)
            Close();
        return requests;

        void Close()
        {
            var start = pieces[0].Bytes.Start;
            requests.Add(new RangeRequest(new FileRange(start, pieces[^1].Bytes.End - start), [.. pieces]));
            pieces.Clear();
        }
    }
}
