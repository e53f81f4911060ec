using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using Varve.Datasets;
using Varve.Storage;

namespace Varve.Query.Exploring;

/// <summary>What the rows of a page are: a dataset in a scope, between two instants, that meet a condition.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Account">The account.</param>
/// <param name="Zone">The zone, or null for all of the account.</param>
public sealed record Subject(string Dataset, string Account, string? Zone)
{
    /// <summary>A condition as in WHERE, or null.</summary>
    public string? Filter { get; init; }

    /// <summary>Rows before this instant are left out.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Rows from this instant on are left out.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Reads the table as it was; null: as it is.</summary>
    public AsOf? AsOf { get; init; }

    /// <summary>Values of the filter's parameters.</summary>
    public IReadOnlyDictionary<string, object?> Parameters { get; init; } = new Dictionary<string, object?>();
}

/// <summary>Rows of an answer that is small, with its columns and how the tables were read.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Plan">What was read.</param>
public sealed record SmallAnswer(IReadOnlyList<ResultColumn> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows, Planning.QueryPlan Plan);

/// <summary>
/// The questions beside the one that an analyst typed: how many there are over time, which values a field has, what happened before and after.
/// Each is SQL that goes through the gate as any other. Safe to call from many threads.
/// </summary>
/// <param name="engine">Answers them.</param>
/// <param name="datasets">The datasets.</param>
/// <param name="limits">Its bounds.</param>
public sealed class Exploration(QueryEngine engine, DatasetRegistry datasets, ExplorationLimits limits)
{
    const string Prefix = "varve_prefix";
    const string Instant = "varve_instant";
    const string Id = "varve_id";
    const int TextMax = 200;

    static readonly Dictionary<string, object?> NoParameters = [];
    static readonly TimeSpan[] Windows = [TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1)];

    /// <summary>How many rows there are over time, in all or by the values of a field.</summary>
    /// <param name="subject">The rows. Without bounds it is all of the time that there are rows for.</param>
    /// <param name="by">The field, or null. Its most frequent values get a series each; the others have one together.</param>
    /// <param name="buckets">About how many buckets of time are wanted.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="VarveException">The filter is refused, the field is unknown, or what the limits say.</exception>
    public async Task<Hits> HitsAsync(Subject subject, string? by, int buckets, CancellationToken cancellationToken)
    {
        if (buckets < 1 || buckets > limits.BucketsMax)
            throw new VarveException(FaultKind.Invalid, $"{buckets} buckets cannot be given: ask for 1 to {limits.BucketsMax}.");
        var dataset = await FindAsync(subject, cancellationToken);
        var field = by is null ? null : FieldOf(dataset, by);
        if (await SpanAsync(subject, dataset, cancellationToken) is not var (from, to))
            return new Hits(subject.From, subject.To, 0, 0, []);
        var step = BucketStep.For(from, to, buckets);
        var timestamp = Quote(dataset.TimestampField.Name);
        var bucket = $"date_bin('{step} seconds', {timestamp})";
        var bounded = subject with { From = from, To = to };
        IReadOnlyList<string?> top = field is null ? [] : [.. (await TopAsync(bounded, dataset, field, limits.SeriesMax, cancellationToken)).Values.Select(each => each.Value)];
        var series = field is null ? "NULL" : SeriesOf(field, top);
        var answer = await AskAsync(
            bounded, $"SELECT epoch({bucket}) AS t, {series} AS s, count(*) AS n FROM {dataset.Name}{Where(subject.Filter)} GROUP BY ALL", cancellationToken);
        return HitsOf(answer, bounded, step, field is null ? [null] : top, field is not null);
    }

    /// <summary>How often each field has a value, how many different ones, and the most frequent of some fields, in the newest rows.</summary>
    /// <param name="subject">The rows.</param>
    /// <param name="top">The fields whose most frequent values are wanted.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="VarveException">The filter is refused, a field is unknown, or what the limits say.</exception>
    public async Task<Facets> FacetsAsync(Subject subject, IReadOnlyList<string> top, CancellationToken cancellationToken)
    {
        if (top.Count > limits.FacetsMax)
            throw new VarveException(FaultKind.Invalid, $"The most frequent values of {top.Count} fields cannot be given at once: ask for {limits.FacetsMax} at most.");
        var dataset = await FindAsync(subject, cancellationToken);
        var wanted = top.Select(name => FieldOf(dataset, name)).ToList();
        var fields = dataset.Fields.Where(field => !field.Deprecated).ToList();
        var names = string.Join(", ", fields.Select(field => Quote(field.Name)));
        var timestamp = Quote(dataset.TimestampField.Name);
        var newest = await AskAsync(
            subject, string.Create(CultureInfo.InvariantCulture, $"SELECT {names} FROM {dataset.Name}{Where(subject.Filter)} ORDER BY {timestamp} DESC LIMIT {limits.SampleRows}"), cancellationToken);
        var values = new Dictionary<string, TopValues>(StringComparer.Ordinal);
        foreach (var field in wanted)
            values[field.Name] = await TopAsync(subject, dataset, field, limits.TopMax, cancellationToken);
        return new Facets(newest.Rows.Count, [.. fields.Select((field, index) =>
        {
            var present = newest.Rows.Select(row => row[index]).Where(value => value is not null).ToList();
            return new FieldFacet(field.Name, field.Type, present.Count, IsScalar(field) ? present.Distinct().Count() : null, values.GetValueOrDefault(field.Name));
        })]);
    }

    /// <summary>The most frequent values of a field, that begin with a text when one is given.</summary>
    /// <exception cref="VarveException">The filter is refused, the field is unknown, or what the limits say.</exception>
    public async Task<TopValues> ValuesAsync(Subject subject, string field, string? prefix, int count, CancellationToken cancellationToken)
    {
        if (count < 1 || count > limits.TopMax)
            throw new VarveException(FaultKind.Invalid, $"{count} values cannot be given: ask for 1 to {limits.TopMax}.");
        if (prefix?.Length > TextMax)
            throw new VarveException(FaultKind.Invalid, $"The beginning of the values has more than {TextMax} characters.");
        var dataset = await FindAsync(subject, cancellationToken);
        var known = FieldOf(dataset, field);
        return await TopAsync(subject, dataset, known, count, cancellationToken, prefix is { Length: > 0 } ? prefix : null);
    }

    /// <summary>The records with an id: one, unless it was stored twice.</summary>
    /// <exception cref="VarveException">The dataset has no id, or there is no such record.</exception>
    public async Task<SmallAnswer> RecordAsync(Subject subject, string id, CancellationToken cancellationToken)
    {
        var dataset = await FindAsync(subject, cancellationToken);
        var field = dataset.IdField ?? throw new VarveException(FaultKind.Invalid, $"Records of {dataset.Name} have no id. Search by their fields.");
        var answer = await AskAsync(
            subject with { Parameters = With(subject, Id, id) },
            string.Create(CultureInfo.InvariantCulture, $"SELECT * FROM {dataset.Name}{Where(subject.Filter, $"{Quote(field)} = ${Id}")} LIMIT {limits.TopMax}"), cancellationToken);
        return answer.Rows.Count > 0
            ? answer
            : throw new VarveException(FaultKind.NotFound, $"No record of {dataset.Name} with {field} '{id}' is stored here: {answer.Plan.FilesTotal} files were asked.");
    }

    /// <summary>The records before and after an instant, the nearest first; those of just that instant are in both.</summary>
    /// <exception cref="VarveException">The filter is refused, or what the limits say.</exception>
    public async Task<(SmallAnswer Before, SmallAnswer After)> ContextAsync(Subject subject, DateTimeOffset at, int count, CancellationToken cancellationToken)
    {
        if (count < 1 || count > limits.ContextMax)
            throw new VarveException(FaultKind.Invalid, $"{count} records around cannot be given: ask for 1 to {limits.ContextMax}.");
        var dataset = await FindAsync(subject, cancellationToken);
        return (await SideAsync(subject, dataset, at, count, isAfter: false, cancellationToken), await SideAsync(subject, dataset, at, count, isAfter: true, cancellationToken));
    }

    /// <summary>The records that are committed from now on, as they come, until it is stopped. Commits that only move records give none.</summary>
    /// <param name="subject">The rows; <see cref="Subject.To"/> is of no use here.</param>
    /// <param name="columns">The columns, or none for all.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What each look gave: mostly nothing.</returns>
    /// <exception cref="VarveException">The filter is refused, a column is unknown, or the tables cannot be read.</exception>
    public async IAsyncEnumerable<TailRows> TailAsync(
        Subject subject, IReadOnlyList<string> columns, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var dataset = await FindAsync(subject, cancellationToken);
        var timestamp = Quote(dataset.TimestampField.Name);
        var selected = columns.Count == 0 ? "*" : string.Join(", ", columns.Select(name => Quote(FieldOf(dataset, name).Name)));
        var sql = string.Create(
            CultureInfo.InvariantCulture, $"SELECT {selected} FROM {dataset.Name}{Where(subject.Filter)} ORDER BY {timestamp} DESC LIMIT {limits.TailRowsMax + 1}");
        var before = await engine.Tables.FindAsync(dataset, subject.Account, subject.Zone, cancellationToken);
        // The columns are known, and a wrong filter is told, before anything is committed.
        yield return Newest(await AskAsync(Request(sql, before, before), cancellationToken));
        while (true)
        {
            await Task.Delay(limits.TailEvery, clock, cancellationToken);
            var now = await engine.Tables.FindAsync(dataset, subject.Account, subject.Zone, cancellationToken);
            if (now.Select(VersionOf).SequenceEqual(before.Select(VersionOf)))
            {
                yield return TailRows.None;
                continue;
            }

            yield return Newest(await AskAsync(Request(sql, now, before), cancellationToken));
            before = now;
        }

        QueryRequest Request(string statement, IReadOnlyList<Planning.ScopeTable> tables, IReadOnlyList<Planning.ScopeTable> seen) =>
            new(statement, subject.Account, subject.Zone) { From = subject.From, Parameters = subject.Parameters, Tables = tables, SeenTables = seen };

        static (string, long) VersionOf(Planning.ScopeTable table) => (table.Name.Path, table.Snapshot.Version);
    }

    TailRows Newest(SmallAnswer answer) => new(
        answer.Columns, [.. answer.Rows.Take(limits.TailRowsMax).Reverse()], IsCut: answer.Rows.Count > limits.TailRowsMax);

    /// <summary>One side of an instant, looked for in windows that grow: most often the nearest rows are near.</summary>
    async Task<SmallAnswer> SideAsync(Subject subject, Dataset dataset, DateTimeOffset at, int count, bool isAfter, CancellationToken cancellationToken)
    {
        var timestamp = Quote(dataset.TimestampField.Name);
        var sql = string.Create(CultureInfo.InvariantCulture,
            $"SELECT * FROM {dataset.Name}{Where(subject.Filter, $"{timestamp} {(isAfter ? ">=" : "<=")} ${Instant}")} ORDER BY {timestamp} {(isAfter ? "ASC" : "DESC")} LIMIT {count}");
        var given = subject with { Parameters = With(subject, Instant, at) };
        foreach (var window in Windows.Where(window => at - DateTimeOffset.MinValue > window && DateTimeOffset.MaxValue - at > window))
        {
            var near = isAfter ? given with { To = Least(subject.To, at + window) } : given with { From = Greatest(subject.From, at - window) };
            if (await AskAsync(near, sql, cancellationToken) is { } answer && answer.Rows.Count == count)
                return answer;
        }

        return await AskAsync(given, sql, cancellationToken);
    }

    async Task<TopValues> TopAsync(Subject subject, Dataset dataset, DatasetField field, int count, CancellationToken cancellationToken, string? prefix = null)
    {
        if (!IsScalar(field))
            throw new VarveException(FaultKind.Invalid, $"{field.Name} is a {field.Type}: only fields with one value have most frequent ones.");
        var name = Quote(field.Name);
        var text = $"CAST({name} AS VARCHAR)";
        var given = prefix is null ? subject : subject with { Parameters = With(subject, Prefix, prefix) };
        var where = Where(subject.Filter, prefix is null ? null : $"starts_with({text}, ${Prefix})");
        var answer = await AskAsync(
            given, string.Create(CultureInfo.InvariantCulture, $"SELECT {text} AS value, count(*) AS n, sum(count(*)) OVER () AS total FROM {dataset.Name}{where} GROUP BY {name} ORDER BY n DESC, value LIMIT {count}"),
            cancellationToken);
        var total = answer.Rows.Count == 0 ? 0 : Whole(answer.Rows[0][2]);
        return new TopValues(field.Name, total, [.. answer.Rows.Select(row => new ValueCount((string?)row[0], Whole(row[1])))]);
    }

    /// <summary>The bounds of the rows, where the subject has none; null when there are no rows.</summary>
    async Task<(DateTimeOffset From, DateTimeOffset To)?> SpanAsync(Subject subject, Dataset dataset, CancellationToken cancellationToken)
    {
        if (subject is { From: { } given, To: { } end })
            return given < end ? (given, end) : throw new VarveException(FaultKind.Invalid, "The time range ends before it begins.");
        var timestamp = Quote(dataset.TimestampField.Name);
        var answer = await AskAsync(subject with { Filter = null, Parameters = NoParameters }, $"SELECT min({timestamp}) AS a, max({timestamp}) AS b FROM {dataset.Name}", cancellationToken);
        return answer.Rows[0] is [DateTime first, DateTime last]
            ? (subject.From ?? new DateTimeOffset(first, TimeSpan.Zero), subject.To ?? new DateTimeOffset(last, TimeSpan.Zero).AddTicks(TimeSpan.TicksPerMicrosecond))
            : null;
    }

    async Task<Dataset> FindAsync(Subject subject, CancellationToken cancellationToken)
    {
        var dataset = await datasets.FindAsync(subject.Account, subject.Dataset, cancellationToken)
            ?? throw new VarveException(FaultKind.NotFound, $"There is no dataset '{subject.Dataset}'. GET /api/datasets names them.") { Detail = new FaultDetail("unknown_dataset") };
        if (subject.Filter is { } filter)
            await engine.CheckFilterAsync(dataset.Name, filter, subject.Account, subject.Parameters, cancellationToken);
        return dataset;
    }

    Task<SmallAnswer> AskAsync(Subject subject, string sql, CancellationToken cancellationToken) => AskAsync(
        new QueryRequest(sql, subject.Account, subject.Zone) { From = subject.From, To = subject.To, Parameters = subject.Parameters, AsOf = subject.AsOf }, cancellationToken);

    async Task<SmallAnswer> AskAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        await using var run = await engine.RunAsync(request, cancellationToken);
        var rows = new List<IReadOnlyList<object?>>();
        await foreach (var block in run.ReadAsync(cancellationToken))
            for (var row = 0; row < block.Count; row++)
                rows.Add([.. block.Columns.Select(column => column[row])]);
        return new SmallAnswer(run.Columns, rows, run.Plan);
    }

    static Hits HitsOf(SmallAnswer answer, Subject bounded, long step, IReadOnlyList<string?> values, bool hasOthers)
    {
        var first = BucketStep.Floor(bounded.From!.Value, step);
        var count = (int)((BucketStep.Floor(bounded.To!.Value.AddTicks(-1), step) - first).TotalSeconds / step) + 1;
        var series = values.Select(value => new HitSeries(value, IsOther: false, new long[count])).ToList();
        if (hasOthers)
            series.Add(new HitSeries(null, IsOther: true, new long[count]));
        foreach (var row in answer.Rows)
        {
            if (row[0] is null)
                continue;
            var bucket = (int)((Convert.ToInt64(row[0], CultureInfo.InvariantCulture) - first.ToUnixTimeSeconds()) / step);
            var index = row[1] is null ? 0 : (int)Whole(row[1]);
            if (bucket >= 0 && bucket < count)
                series[index].Counts[bucket] += Whole(row[2]);
        }

        return new Hits(first, bounded.To, step, series.Sum(each => each.Counts.Sum()), [.. series.Where(each => !each.IsOther || each.Counts.Any(hits => hits > 0))]);
    }

    /// <summary>The number of the series that a row belongs to.</summary>
    static string SeriesOf(DatasetField field, IReadOnlyList<string?> top)
    {
        var text = $"CAST({Quote(field.Name)} AS VARCHAR)";
        var cases = top.Select((value, index) => string.Create(
            CultureInfo.InvariantCulture, $"WHEN {(value is null ? $"{Quote(field.Name)} IS NULL" : $"{text} = {Literal(value)}")} THEN {index}"));
        return top.Count == 0 ? "NULL" : string.Create(CultureInfo.InvariantCulture, $"CASE {string.Join(' ', cases)} ELSE {top.Count} END");
    }

    static DatasetField FieldOf(Dataset dataset, string name) => dataset.Find(name)
        ?? throw new VarveException(FaultKind.Invalid, $"{dataset.Name} has no field '{name}'.") { Detail = new FaultDetail("unknown_column") };

    static bool IsScalar(DatasetField field) => field.Type is FieldType.String or FieldType.Int or FieldType.Float or FieldType.Bool or FieldType.Timestamp;

    static string Where(params ReadOnlySpan<string?> conditions)
    {
        var given = new List<string>();
        foreach (var condition in conditions)
            if (condition is not null)
                // On a line of its own: it may end in a comment.
                given.Add($"({condition}\n)");
        return given.Count == 0 ? "" : $" WHERE {string.Join(" AND ", given)}";
    }

    static Dictionary<string, object?> With(Subject subject, string name, object? value) => new(subject.Parameters, StringComparer.OrdinalIgnoreCase) { [name] = value };

    static DateTimeOffset Least(DateTimeOffset? one, DateTimeOffset other) => one < other ? one.Value : other;

    static DateTimeOffset Greatest(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;

    static long Whole(object? value) => value is BigInteger large ? (long)large : Convert.ToInt64(value, CultureInfo.InvariantCulture);

    static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
