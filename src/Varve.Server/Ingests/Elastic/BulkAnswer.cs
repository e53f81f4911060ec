using System.Globalization;
using System.Text.Json;
using Varve.Server.Errors;

namespace Varve.Server;

/// <summary>Writes the answer to a bulk: an item for each that was asked, in the same order.</summary>
static class BulkAnswer
{
    public static void Write(Utf8JsonWriter json, Bulk bulk, TimeSpan took)
    {
        json.WriteStartObject();
        json.WriteNumber("took", (long)took.TotalMilliseconds);
        json.WriteBoolean("errors", bulk.Items.Any(item => ErrorOf(item) is not null));
        json.WriteStartArray("items");
        foreach (var item in bulk.Items)
        {
            json.WriteStartObject();
            json.WriteStartObject(item.Action.Name);
            json.WriteString("_index", item.Index);
            WriteId(json, item);
            if (ErrorOf(item) is { } error)
                WriteError(json, error);
            else
                WriteSuccess(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteId(Utf8JsonWriter json, BulkItem item)
    {
        // Records have no id that could be looked up; agents want one in the answer to a document that was stored.
        if ((item.Action.Id ?? (item.Part?.Outcome?.Version is { } version ? string.Create(CultureInfo.InvariantCulture, $"{version}-{item.Line}") : null)) is { } id)
            json.WriteString("_id", id);
    }

    static void WriteSuccess(Utf8JsonWriter json)
    {
        json.WriteNumber("_version", 1);
        json.WriteString("result", "created");
        json.WriteStartObject("_shards");
        json.WriteNumber("total", 1);
        json.WriteNumber("successful", 1);
        json.WriteNumber("failed", 0);
        json.WriteEndObject();
        json.WriteNumber("status", StatusCodes.Status201Created);
    }

    static void WriteError(Utf8JsonWriter json, ItemError error)
    {
        json.WriteNumber("status", error.Status);
        json.WriteStartObject("error");
        json.WriteString("type", error.Type);
        json.WriteString("reason", error.Reason);
        json.WriteEndObject();
    }

    static ItemError? ErrorOf(BulkItem item)
    {
        if (item.Refusal is { } refusal)
            return new ItemError(StatusCodes.Status400BadRequest, ElasticErrors.IllegalArgument, refusal);
        if (item.Part is not { } part)
            return new ItemError(StatusCodes.Status404NotFound, "index_not_found_exception",
                $"no such index [{item.Index}]: no dataset has this name. GET /api/datasets names all; declare one of your own under this name to store these documents.");
        if (part.Fault is { } fault)
            return new ItemError(FaultAnswers.StatusOf(fault), ElasticErrors.TypeOf(FaultAnswers.StatusOf(fault)), fault.Message);
        return part.RejectOf(item.Line) is { } reason ? new ItemError(StatusCodes.Status400BadRequest, "document_parsing_exception", reason) : null;
    }

    readonly record struct ItemError(int Status, string Type, string Reason);
}
