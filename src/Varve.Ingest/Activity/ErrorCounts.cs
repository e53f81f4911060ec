using Varve.Storage;

namespace Varve.Ingest.Activity;

/// <summary>The errors of one table, each once. Not safe for many threads.</summary>
sealed class ErrorCounts(int errorsMax)
{
    const int CharsMax = 500;

    readonly Dictionary<string, ErrorFigures> _byKey = new(StringComparer.Ordinal);

    /// <summary>The error that was seen last.</summary>
    public ErrorFigures? Latest { get; private set; }

    public void Add(Exception fault, DateTimeOffset now)
    {
        var text = TextOf(fault);
        var key = ReasonText.Key(text);
        if (!_byKey.TryGetValue(key, out var known))
        {
            if (_byKey.Count >= errorsMax)
                _byKey.Remove(_byKey.MinBy(each => each.Value.LastSeen).Key);
            known = new ErrorFigures(text, 0, now, now);
        }

        _byKey[key] = Latest = known with { Text = text, Count = known.Count + 1, LastSeen = now };
    }

    /// <summary>The last seen first.</summary>
    public IReadOnlyList<ErrorFigures> List() => [.. _byKey.Values.OrderByDescending(error => error.LastSeen).ThenByDescending(error => error.Count)];

    static string TextOf(Exception fault) => fault switch
    {
        // Messages of our own say what and where, and hold no content of records. Those of others may.
        VarveException { Message: var message } => message.Length <= CharsMax ? message : string.Concat(message.AsSpan(0, CharsMax), "…"),
        OperationCanceledException => "The sender left before the answer, or the server was stopped.",
        IOException => "The body broke off before its end.",
        _ => $"The server met an error of its own ({fault.GetType().Name}). Its log says more.",
    };
}
