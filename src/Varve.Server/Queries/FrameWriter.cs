using System.Buffers;
using System.Text.Json;
using Varve.Query;
using Varve.Query.Formats;
using Varve.Server.Errors;
using Varve.Storage;

namespace Varve.Server;

/// <summary>Writes the frames of an answer, each flushed: a page shows rows while the query goes on.</summary>
sealed class FrameWriter(Stream output)
{
    readonly ArrayBufferWriter<byte> _buffer = new(64 << 10);

    public Task PlanAsync(QueryRun run, CancellationToken cancellationToken)
    {
        Frame(json =>
        {
            json.WriteString("type", "plan");
            json.WriteString("dataset", run.Plan.Dataset.Name);
            json.WriteStartArray("tables");
            foreach (var table in run.Plan.Tables)
            {
                json.WriteStartObject();
                json.WriteString("path", table.Path);
                json.WriteNumber("version", table.Version);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            Share(json, "files", run.Plan.FilesTotal, run.Plan.FilesRead);
            Share(json, "bytes", run.Plan.BytesTotal, run.Plan.BytesRead);
            json.WriteString("id", run.Id);
            json.WriteString("lane", run.IsHeavy ? "heavy" : "light");
            json.WriteString("rerun", RerunId.Of(run));
        });
        return FlushAsync(cancellationToken);
    }

    public Task ProgressAsync(QueryRun run, CancellationToken cancellationToken)
    {
        var (_, percentage, rows) = run.Progress;
        Frame(json =>
        {
            json.WriteString("type", "progress");
            if (percentage is { } known)
                json.WriteNumber("percentage", Math.Round(known, 1));
            json.WriteNumber("rows", rows);
            json.WriteNumber("elapsedMs", Math.Round(run.Elapsed.TotalMilliseconds, 1));
        });
        return FlushAsync(cancellationToken);
    }

    public Task ColumnsAsync(QueryRun run, CancellationToken cancellationToken)
    {
        Frame(json =>
        {
            json.WriteString("type", "columns");
            json.WriteStartArray("columns");
            foreach (var column in run.Columns)
            {
                json.WriteStartObject();
                json.WriteString("name", column.Name);
                json.WriteString("type", JsonNamingPolicy.CamelCase.ConvertName(column.Type.ToString()));
                json.WriteString("field", column.Field);
                if (column.Type == ColumnType.Array)
                    json.WriteString("item", JsonNamingPolicy.CamelCase.ConvertName(column.Item.ToString()));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        return FlushAsync(cancellationToken);
    }

    public Task RowsAsync(QueryRun run, RowBlock block, CancellationToken cancellationToken)
    {
        Frame(json =>
        {
            json.WriteString("type", "rows");
            json.WriteNumber("count", block.Count);
            json.WriteStartArray("columns");
            for (var column = 0; column < block.Columns.Count; column++)
            {
                json.WriteStartArray();
                for (var row = 0; row < block.Count; row++)
                    ValueText.WriteJson(json, block.Columns[column][row], run.Columns[column].Type, quoteLargeIntegers: true);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        });
        return FlushAsync(cancellationToken);
    }

    public Task DoneAsync(QueryRun run, CancellationToken cancellationToken)
    {
        Frame(json =>
        {
            json.WriteString("type", "done");
            json.WriteNumber("rows", run.Rows);
            json.WriteBoolean("truncated", run.IsTruncated);
            json.WriteNumber("elapsedMs", Math.Round(run.Elapsed.TotalMilliseconds, 1));
            json.WriteStartObject("coverage");
            // Every file that the plan kept was read to its end, or the query would have failed; a cut answer stopped early.
            json.WriteBoolean("complete", !run.IsTruncated);
            json.WriteNumber("filesTotal", run.Plan.FilesTotal);
            json.WriteNumber("filesRead", run.Plan.FilesRead);
            json.WriteNumber("filesPruned", run.Plan.FilesTotal - run.Plan.FilesRead - run.Plan.FilesFromLog);
            json.WriteNumber("filesPrunedByIndex", run.Plan.Index.FilesLeftOut);
            json.WriteNumber("filesFromLog", run.Plan.FilesFromLog);
            json.WriteNumber("rowsFromLog", run.Plan.RowsFromLog);
            json.WriteBoolean("cached", run.IsFromCache);
            json.WriteNumber("bytesTotal", run.Plan.BytesTotal);
            json.WriteNumber("bytesRead", run.Plan.BytesRead);
            if (run.Plan.Fetched is { } fetched)
            {
                json.WriteStartObject("fetched");
                json.WriteNumber("requests", fetched.Requests);
                json.WriteNumber("bytes", fetched.BytesFetched);
                json.WriteNumber("bytesCached", fetched.BytesCached);
                json.WriteNumber("elapsedMs", Math.Round(fetched.Elapsed.TotalMilliseconds, 1));
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
        return FlushAsync(cancellationToken);
    }

    public Task ErrorAsync(VarveException fault, CancellationToken cancellationToken)
    {
        Frame(json =>
        {
            json.WriteString("type", "error");
            json.WriteString("code", fault.Detail?.Code ?? FaultAnswers.CodeOf(fault.Kind));
            json.WriteString("message", fault.Message);
        });
        return FlushAsync(cancellationToken);
    }

    void Frame(Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(_buffer, ValueText.JsonOptions))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        _buffer.Write("\n"u8);
    }

    static void Share(Utf8JsonWriter json, string name, long total, long read)
    {
        json.WriteStartObject(name);
        json.WriteNumber("total", total);
        json.WriteNumber("read", read);
        json.WriteEndObject();
    }

    async Task FlushAsync(CancellationToken cancellationToken)
    {
        await output.WriteAsync(_buffer.WrittenMemory, cancellationToken);
        await output.FlushAsync(cancellationToken);
        _buffer.ResetWrittenCount();
    }
}
