using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Varve.Query;
using Varve.Query.Files;
using Varve.Storage;

namespace Varve.Cli.Remote;

/// <summary>The frames of a query's answer as they come. docs/http-api.md has their form.</summary>
sealed class RemoteAnswer : IAsyncDisposable
{
    readonly HttpResponseMessage _response;
    readonly StreamReader _lines;

    readonly Action<QueryProgress>? _progress;

    RemoteAnswer(HttpResponseMessage response, StreamReader lines, Action<QueryProgress>? progress) => (_response, _lines, _progress) = (response, lines, progress);

    public IReadOnlyList<ResultColumn> Columns { get; private set; } = [];

    public long FilesTotal { get; private set; }

    public long FilesRead { get; private set; }

    public long Rows { get; private set; }

    public bool IsTruncated { get; private set; }

    public double ElapsedMs { get; private set; }

    /// <summary>With it the same rows can be had again; null when the server gives none.</summary>
    public string? Rerun { get; private set; }

    /// <summary>What the server had to fetch; null when its store is a folder.</summary>
    public FetchFigures? Fetched { get; private set; }

    /// <param name="response">The server's answer.</param>
    /// <param name="progress">Told how far the query is.</param>
    /// <param name="cancellationToken">Stops the waiting for its columns.</param>
    public static async Task<RemoteAnswer> OpenAsync(HttpResponseMessage response, Action<QueryProgress>? progress, CancellationToken cancellationToken)
    {
        var answer = new RemoteAnswer(response, new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken)), progress);
        while (answer.Columns.Count == 0)
        {
            using var frame = await answer.NextAsync(cancellationToken);
            answer.Take(frame.RootElement);
        }

        return answer;
    }

    public async IAsyncEnumerable<RowBlock> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            using var frame = await NextAsync(cancellationToken);
            var root = frame.RootElement;
            switch (Take(root))
            {
                case "rows":
                    var columns = root.GetProperty("columns").EnumerateArray()
                        .Select((values, index) => values.EnumerateArray().Select(value => Plain(value, Columns[index].Type, Columns[index].Item)).ToArray()).ToList();
                    yield return new RowBlock(root.GetProperty("count").GetInt32(), columns);
                    break;
                case "done":
                    yield break;
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task<JsonDocument> NextAsync(CancellationToken cancellationToken)
    {
        var line = await _lines.ReadLineAsync(cancellationToken)
            ?? throw new VarveException(FaultKind.Unavailable, "The server's answer broke off before its end: what was read is not the whole answer.");
        return JsonDocument.Parse(line);
    }

    string Take(JsonElement frame)
    {
        var type = frame.GetProperty("type").GetString()!;
        switch (type)
        {
            case "plan":
                FilesTotal = frame.GetProperty("files").GetProperty("total").GetInt64();
                FilesRead = frame.GetProperty("files").GetProperty("read").GetInt64();
                Rerun = frame.TryGetProperty("rerun", out var rerun) ? rerun.GetString() : null;
                break;
            case "progress":
                _progress?.Invoke(new QueryProgress(
                    QueryState.Running, frame.TryGetProperty("percentage", out var percentage) ? percentage.GetDouble() : null, frame.GetProperty("rows").GetInt64()));
                break;
            case "columns":
                Columns = [.. frame.GetProperty("columns").EnumerateArray().Select(column => new ResultColumn(
                    column.GetProperty("name").GetString()!, Enum.Parse<ColumnType>(column.GetProperty("type").GetString()!, ignoreCase: true),
                    column.GetProperty("field").GetString())
                {
                    Item = column.TryGetProperty("item", out var item) ? Enum.Parse<ColumnType>(item.GetString()!, ignoreCase: true) : ColumnType.String,
                })];
                break;
            case "done":
                Rows = frame.GetProperty("rows").GetInt64();
                IsTruncated = frame.GetProperty("truncated").GetBoolean();
                ElapsedMs = frame.GetProperty("elapsedMs").GetDouble();
                if (frame.GetProperty("coverage").TryGetProperty("fetched", out var fetched))
                    Fetched = new FetchFigures(
                        fetched.GetProperty("requests").GetInt64(), fetched.GetProperty("bytes").GetInt64(), fetched.GetProperty("bytesCached").GetInt64(),
                        TimeSpan.FromMilliseconds(fetched.GetProperty("elapsedMs").GetDouble()));
                break;
            case "error":
                throw new VarveException(FaultKind.Unavailable, frame.GetProperty("message").GetString()!);
        }

        return type;
    }

    /// <summary>The value as an engine of this process would give it, so that every format writes the same.</summary>
    static object? Plain(JsonElement value, ColumnType type, ColumnType item = ColumnType.String) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True when type == ColumnType.Bool => true,
        JsonValueKind.False when type == ColumnType.Bool => false,
        JsonValueKind.Number when type == ColumnType.Float => value.GetDouble(),
        JsonValueKind.Number when value.TryGetInt64(out var whole) => whole,
        JsonValueKind.Number when type == ColumnType.Int => BigInteger.Parse(value.GetRawText(), CultureInfo.InvariantCulture),
        JsonValueKind.String when type == ColumnType.Int => BigInteger.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        JsonValueKind.String when type == ColumnType.Float => double.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        JsonValueKind.String when type == ColumnType.Timestamp => value.GetDateTimeOffset().UtcDateTime,
        JsonValueKind.String when type == ColumnType.Date => DateOnly.ParseExact(value.GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array when type == ColumnType.Array && item != ColumnType.Array => value.EnumerateArray().Select(each => Plain(each, item)).ToArray(),
        JsonValueKind.Object when type == ColumnType.Map => value.EnumerateObject().ToDictionary(each => each.Name, each => each.Value.GetString(), StringComparer.Ordinal),
        _ when type == ColumnType.Json => value.GetRawText(),
        _ => value.Clone(),
    };
}
