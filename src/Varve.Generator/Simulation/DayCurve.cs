namespace Varve.Generator.Simulation;

/// <summary>
/// How the traffic of a window is spread over its time: most at 20 h UTC, least at 3 h, at a fifth of the peak.
/// </summary>
internal sealed class DayCurve
{
    const long PieceMs = 15 * 60_000;
    const long HourMs = 3_600_000;

    /// <summary>Requests at the full hours, in percent of the peak.</summary>
    static readonly int[] HourWeights =
        [48, 34, 25, 20, 21, 27, 36, 46, 54, 60, 64, 67, 69, 68, 66, 66, 70, 77, 87, 96, 100, 97, 84, 65];

    readonly long _durationMs;
    readonly double[] _startWeights;
    readonly double _total;

    public DayCurve(long startMs, long durationMs)
    {
        _durationMs = durationMs;
        _startWeights = new double[durationMs / PieceMs + 2];
        for (var i = 0; i < _startWeights.Length - 1; i++)
        {
            var from = i * PieceMs;
            var length = Math.Min(PieceMs, durationMs - from);
            _startWeights[i + 1] = _startWeights[i] + WeightAt(startMs + from + length / 2) * length;
        }

        _total = _startWeights[^1];
    }

    /// <summary>Microseconds into the window by which <paramref name="share"/> (0 to 1) of the traffic has arrived.</summary>
    public long MicrosecondsAt(double share)
    {
        var weight = share * _total;
        var piece = Array.BinarySearch(_startWeights, weight);
        if (piece < 0)
            piece = ~piece - 1;
        piece = Math.Clamp(piece, 0, _startWeights.Length - 2);
        var from = piece * PieceMs;
        var length = Math.Min(PieceMs, _durationMs - from);
        var pieceWeight = _startWeights[piece + 1] - _startWeights[piece];
        var within = pieceWeight > 0 ? (weight - _startWeights[piece]) / pieceWeight : 0;
        return from * 1000 + (long)(within * length * 1000);
    }

    static double WeightAt(long unixMilliseconds)
    {
        var ofDay = (unixMilliseconds % (24 * HourMs) + 24 * HourMs) % (24 * HourMs);
        var hour = (int)(ofDay / HourMs);
        var next = HourWeights[(hour + 1) % 24];
        return HourWeights[hour] + (double)(next - HourWeights[hour]) * (ofDay % HourMs) / HourMs;
    }
}
