using System.Globalization;

namespace Varve.Cli.Terminal;

/// <summary>Durations and instants as options have them.</summary>
static class Durations
{
    /// <summary>Reads <c>30s</c>, <c>5m</c>, <c>2h</c>, <c>1d</c> or <c>0</c>.</summary>
    /// <exception cref="UsageException">It is no such text, or longer than a year.</exception>
    public static TimeSpan Parse(string option, string text) => TryParse(text, out var duration)
        ? duration
        : throw new UsageException($"{option} '{text}' is no duration: write it like 30s, 5m, 2h or 1d, up to 365d.");

    /// <summary>Reads an instant (RFC 3339), or a duration, which stands for that long before now.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    public static DateTimeOffset ParseInstant(string option, string text, DateTimeOffset now)
    {
        if (TryParse(text, out var ago))
            return now - ago;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw new UsageException($"{option} '{text}' is no time: write it like 2026-11-22T10:00:00Z, or 2h for two hours ago.");
    }

    static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0")
            return true;
        double seconds = text.Length < 2 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 };
        if (seconds == 0 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count * seconds > 365 * 86_400d)
            return false;
        duration = TimeSpan.FromSeconds(count * seconds);
        return true;
    }
}
