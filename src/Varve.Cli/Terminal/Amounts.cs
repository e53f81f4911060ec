using System.Globalization;

namespace Varve.Cli.Terminal;

/// <summary>Numbers as people read them.</summary>
static class Amounts
{
    static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>Such as <c>12.3 MB</c>; a kB is 1,000 bytes.</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        // What would be shown as 1000.0 of a unit is 1.0 of the next.
        for (; bytes >= (unit == 0 ? 1000 : 999.95) && unit < Units.Length - 1; unit++)
            bytes /= 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 ? Math.Floor(bytes).ToString(CultureInfo.InvariantCulture) : bytes.ToString("0.0", CultureInfo.InvariantCulture))} {Units[unit]}");
    }

    /// <summary>Such as <c>1,234 records</c>, <c>1 record</c>.</summary>
    public static string Count(long count, string thing) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {thing}{(count == 1 ? "" : "s")}");

    /// <summary>Such as <c>4 s</c>, <c>12 min</c>, <c>3 h 5 min</c>, <c>2 d 4 h</c>.</summary>
    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 90 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, Math.Ceiling(duration.TotalSeconds)):0} s"),
        { TotalMinutes: < 90 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMinutes:0} min"),
        { TotalHours: < 36 } => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalHours} h {duration.Minutes} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalDays} d {duration.Hours} h"),
    };

    /// <summary>Such as <c>2026-11-22 10:00:00 UTC</c>.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
