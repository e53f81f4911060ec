using System.Globalization;
using System.Text.Json.Nodes;
using Varve.Datasets;
using Varve.Query.Sql;
using Varve.Query.Sql.Scopes;

namespace Varve.Query.Planning;

/// <summary>A predicate with values that can be held against file statistics: long, double, string, DateOnly or DateTimeOffset.</summary>
sealed record BoundPredicate(string Column, string Operator, IReadOnlyList<object> Values)
{
    static readonly string[] WholeTypes = ["TINYINT", "SMALLINT", "INTEGER", "BIGINT"];
    static readonly string[] InstantTypes = ["TIMESTAMP WITH TIME ZONE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "DATE"];

    /// <summary>
    /// The predicates whose values can be computed before the query runs and compare as the engine would compare them. Any other is left to the
    /// engine: it skips no file.
    /// </summary>
    public static List<BoundPredicate> Bind(Scan scan, SqlParser parser) => [.. BindEach(scan, parser).OfType<BoundPredicate>()];

    /// <summary>The same for each predicate of the scan in turn; null for one that skips no file.</summary>
    public static IReadOnlyList<BoundPredicate?> BindEach(Scan scan, SqlParser parser)
    {
        var asked = scan.Predicates.ConvertAll(predicate => KindOf(scan.Dataset, predicate.Column) is { } kind
            ? predicate.Values.SelectMany(value => ValueAndType(value, kind)).ToList()
            : []);
        // All in one go; one of them that cannot be computed lets the others be.
        if (asked.TrueForAll(texts => texts.Count == 0))
            return new BoundPredicate?[asked.Count];
        var together = parser.Evaluate([.. asked.SelectMany(texts => texts)]);
        var bound = new List<BoundPredicate?>();
        var next = 0;
        foreach (var (predicate, expressions) in scan.Predicates.Zip(asked))
        {
            var texts = expressions.Count == 0 ? null : together?[next..(next + expressions.Count)] ?? parser.Evaluate(expressions);
            bound.Add(texts is null ? null : Bind(predicate, scan.Dataset, texts));
            next += expressions.Count;
        }

        return bound;
    }

    static BoundPredicate? Bind(Predicate predicate, Dataset dataset, IReadOnlyList<string?> texts)
    {
        var kind = KindOf(dataset, predicate.Column)!.Value;
        var values = predicate.Values.Select((node, index) => Convert(node, texts[2 * index], texts[(2 * index) + 1], kind)).ToList();
        return values.All(value => value is not null) ? new BoundPredicate(predicate.Column, predicate.Operator, values!) : null;
    }

    enum ValueKind
    {
        Text,
        Whole,
        Real,
        Instant,
        Day,
    }

    static ValueKind? KindOf(Dataset dataset, string column) => ColumnKinds.Of(dataset, column) switch
    {
        ColumnKind.Text => ValueKind.Text,
        ColumnKind.Whole => ValueKind.Whole,
        ColumnKind.Real => ValueKind.Real,
        ColumnKind.Instant => ValueKind.Instant,
        ColumnKind.Day => ValueKind.Day,
        _ => null,
    };

    static IEnumerable<JsonNode> ValueAndType(JsonNode value, ValueKind kind)
    {
        var typed = kind == ValueKind.Instant ? Ast.Cast(value.DeepClone(), Ast.TimestampType) : value.DeepClone();
        yield return Ast.Cast(typed, Ast.VarcharType);
        yield return Ast.Function("typeof", new JsonObject { ["alias"] = "", ["query_location"] = ulong.MaxValue }, value.DeepClone());
    }

    static object? Convert(JsonNode node, string? text, string? type, ValueKind kind)
    {
        if (text is null || type is null)
            return null;
        // A text literal takes the type of the column that it is compared with; a computed text need not.
        var isLiteral = Ast.TextConstant(node) is not null;
        return kind switch
        {
            ValueKind.Text when type == Ast.VarcharType => text,
            ValueKind.Whole when WholeTypes.Contains(type) || isLiteral =>
                long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null,
            ValueKind.Real when type != Ast.VarcharType =>
                double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? real : null,
            ValueKind.Instant when InstantTypes.Contains(type) || isLiteral =>
                DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null,
            ValueKind.Day when type == "DATE" || isLiteral =>
                DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null,
            _ => null,
        };
    }
}
