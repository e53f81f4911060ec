namespace Varve.Cli.Terminal;

/// <summary>One line that says how far something is, as wide as there is room.</summary>
static class ProgressText
{
    const int BarMin = 10;
    const int BarMax = 40;
    const string Gap = "  ";

    /// <summary>The parts that fit, the first ones first; with a share done, a bar before them takes the room that is left.</summary>
    /// <param name="share">0 to 1; null where the whole is not known: then there is no bar.</param>
    /// <param name="parts">What is said, the most important first.</param>
    /// <param name="width">Columns that the line may take.</param>
    public static string Line(double? share, IReadOnlyList<string> parts, int width)
    {
        var room = width - (share is null ? 0 : BarMin + 2 + Gap.Length);
        var text = "";
        foreach (var part in parts.Where(static part => part.Length > 0))
        {
            var longer = text.Length == 0 ? part : text + Gap + part;
            if (longer.Length > room)
                break;
            text = longer;
        }

        if (share is not { } done)
            return text.Length > 0 || parts.Count == 0 ? text : parts[0][..Math.Max(0, Math.Min(width, parts[0].Length))];
        var cells = Math.Clamp(width - text.Length - Gap.Length - 2, 0, BarMax);
        if (cells < BarMin)
            return text;
        var full = (int)(Math.Clamp(done, 0, 1) * cells);
        return $"[{new string('#', full)}{new string('-', cells - full)}]{Gap}{text}".TrimEnd();
    }
}
