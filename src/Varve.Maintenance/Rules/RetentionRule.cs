using System.Globalization;
using Varve.Storage;

namespace Varve.Maintenance.Rules;

/// <summary>What goes when its time has passed.</summary>
public enum RetentionUnit
{
    /// <summary>Whole days, by the day of the records in UTC: files are never rewritten.</summary>
    Date,

    /// <summary>Records, by their time: files that hold younger ones as well are rewritten.</summary>
    Time,
}

/// <summary>How long the records of a dataset are kept.</summary>
/// <param name="Keep">How long; null: for ever.</param>
/// <param name="By">What goes at once.</param>
public sealed record RetentionRule(TimeSpan? Keep, RetentionUnit By = RetentionUnit.Date)
{
    const int HoursMin = 1;
    const int DaysMax = 36_500;
    const string ForEverText = "for ever";

    /// <summary>Everything is kept.</summary>
    public static RetentionRule ForEver { get; } = new(Keep: null);

    /// <summary>Records before this time go; null when none does. By date, it is the begin of a day.</summary>
    public DateTimeOffset? CutOff(DateTimeOffset now) => (Keep, By) switch
    {
        (null, _) => null,
        ({ } keep, RetentionUnit.Date) => new DateTimeOffset((now - keep).UtcDateTime.Date, TimeSpan.Zero),
        ({ } keep, _) => now - keep,
    };

    /// <summary>Reads <c>30d</c>, <c>36h</c> or <c>for ever</c>.</summary>
    /// <exception cref="VarveException">It is none of them: <see cref="FaultKind.Invalid"/>.</exception>
    public static RetentionRule Parse(string text, RetentionUnit by = RetentionUnit.Date)
    {
        var trimmed = text.Trim().ToLowerInvariant();
        if (trimmed is ForEverText or "forever")
            return ForEver;
        var keep = trimmed.Length > 1 && int.TryParse(trimmed.AsSpan(0, trimmed.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? trimmed[^1] switch { 'd' when number <= DaysMax => TimeSpan.FromDays(number), 'h' when number <= DaysMax * 24 => TimeSpan.FromHours(number), _ => (TimeSpan?)null }
            : null;
        if (keep is not { } time || time < TimeSpan.FromHours(HoursMin))
            throw new VarveException(FaultKind.Invalid, $"'{text}' is no retention: write days as 30d (1d to {DaysMax}d), hours as 36h, or 'for ever'.");
        if (by == RetentionUnit.Date && time.Ticks % TimeSpan.TicksPerDay != 0)
            throw new VarveException(FaultKind.Invalid, $"A retention by date is in whole days, and '{text}' is none: write it in days, or keep by time.");
        return new RetentionRule(time, by);
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Keep is not { } keep ? ForEverText
        : keep.Ticks % TimeSpan.TicksPerDay == 0 ? string.Create(CultureInfo.InvariantCulture, $"{keep.TotalDays}d")
        : string.Create(CultureInfo.InvariantCulture, $"{keep.TotalHours}h");
}
