namespace Varve.Delta.Columns;

/// <summary>A view while rows are taken out of it. The bits are copied at the first row that goes.</summary>
sealed class SegmentEdit(SegmentView view)
{
    ulong[]? _dead = view.Dead;
    bool _isOwn;

    public FileSegment Segment => view.Segment;

    public int Count { get; private set; } = view.Count;

    public long SizeBytes { get; private set; } = view.SizeBytes;

    public bool Has(int row) => _dead is null || (_dead[row / SegmentView.BitsOfWord] & (1UL << (row % SegmentView.BitsOfWord))) == 0;

    public void Remove(int row)
    {
        if (!_isOwn)
            _dead = _dead is null ? new ulong[(Segment.Count + SegmentView.BitsOfWord - 1) / SegmentView.BitsOfWord] : (ulong[])_dead.Clone();
        _isOwn = true;
        _dead![row / SegmentView.BitsOfWord] |= 1UL << (row % SegmentView.BitsOfWord);
        Count--;
        SizeBytes -= Segment.Sizes[row];
    }

    public SegmentView ToView() => _isOwn ? new SegmentView(Segment, _dead, Count, SizeBytes) : view;
}
