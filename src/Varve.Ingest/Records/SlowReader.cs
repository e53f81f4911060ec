using System.Text.Json;
using Varve.Datasets;

namespace Varve.Ingest.Records;

/// <summary>
/// Reads the records that <see cref="LineParser"/> lets go, with System.Text.Json, and says why a line is none. Of a name that occurs twice the
/// last value counts, as JSON readers have it; those before are kept aside.
/// </summary>
sealed class SlowReader
{
    readonly RecordColumns _record;
    readonly NameTable _names;
    readonly Member[] _last;
    int _generation;

    public SlowReader(Dataset dataset, RecordColumns record, NameTable names) =>
        (_record, _names, _last) = (record, names, new Member[dataset.Fields.Count]);

    /// <summary>Reads a line into a row that is null in every column. The reason when it is no record; then the row has to be cleared.</summary>
    /// <param name="buffer">Holds the line.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="row">The row.</param>
    public string? Read(byte[] buffer, int start, int end, int row)
    {
        _generation++;
        var members = new List<(int Field, Member Member)>();
        if (Scan(buffer.AsSpan(start, end - start), start, members) is { } reason)
            return reason;
        foreach (var (field, member) in members)
        {
            var value = buffer.AsSpan(member.Value, member.ValueLength);
            if (field >= 0 && _last[field] == member && (value.SequenceEqual("null"u8) || ValueConverter.TrySet(_record.Columns[field], _record.Kinds[field], row, value)))
                continue;
            _record.AddExtra(member.Name, member.Name + member.NameLength, member.Value, member.Value + member.ValueLength);
        }

        return null;
    }

    string? Scan(ReadOnlySpan<byte> line, int offset, List<(int Field, Member Member)> members)
    {
        var reader = new Utf8JsonReader(line);
        try
        {
            if (!reader.Read())
                return "empty";
            if (reader.TokenType != JsonTokenType.StartObject)
                return "not a JSON object";
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var field = Find(ref reader);
                var (name, nameLength) = ((int)reader.TokenStartIndex, reader.ValueSpan.Length + 2);
                reader.Read();
                var value = (int)reader.TokenStartIndex;
                reader.Skip();
                var member = new Member(offset + name, nameLength, offset + value, (int)reader.BytesConsumed - value, _generation);
                members.Add((field, member));
                if (field >= 0)
                    _last[field] = member;
            }

            // Reading on checks that nothing follows the object.
            reader.Read();
            return null;
        }
        catch (JsonException fault)
        {
            return $"not JSON: {FirstSentence(fault.Message)}";
        }
    }

    int Find(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
            return _names.Find(reader.ValueSpan);
        try
        {
            return _names.Find(reader.GetString()!);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: no field is called so.
            return NameTable.None;
        }
    }

    static string FirstSentence(string message)
    {
        var end = message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }

    readonly record struct Member(int Name, int NameLength, int Value, int ValueLength, int Generation);
}
