using System.Text.Json;
using Varve.Delta.Actions;

namespace Varve.Delta.Columns;

/// <summary>The few fields of an add action that a replay needs, read from its line without an object for each.</summary>
// HOT PATH: bench/Varve.Load/DeltaBenchmark.cs, replay.
static class AddLine
{
    /// <summary>How nearly every writer starts the line.</summary>
    public static ReadOnlySpan<byte> Start => "{\"add\":{"u8;

    /// <summary>
    /// Reads a line. False when there is anything in it that is not as nearly every writer writes it, valid or not: then it has to be read
    /// in full, which also tells what is wrong.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out Fields fields)
    {
        fields = default;
        try
        {
            var reader = new Utf8JsonReader(line);
            reader.Read();
            reader.Read();
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject
                && TryReadFields(ref reader, ref fields)
                && reader.Read() && reader.TokenType == JsonTokenType.EndObject && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static bool TryReadFields(ref Utf8JsonReader reader, ref Fields fields)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("path"u8))
            {
                if (!reader.Read() || reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped)
                    return false;
                (fields.PathStart, fields.PathLength) = ((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
            }
            else if (reader.ValueTextEquals("partitionValues"u8))
            {
                if (!TryReadPartition(ref reader, ref fields))
                    return false;
            }
            else if (reader.ValueTextEquals("size"u8))
            {
                if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out fields.Size))
                    return false;
                fields.HasSize = true;
            }
            else if (reader.ValueTextEquals("modificationTime"u8))
            {
                if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out fields.Time))
                    return false;
                fields.HasTime = true;
            }
            else if (!TryReadOther(ref reader, ref fields))
                return false;
        }

        return reader.TokenType == JsonTokenType.EndObject 
            && fields is { PathLength: > 0, PartitionLength: > 0, HasSize: true, HasTime: true, HasDataChange: true };
    }

    static bool TryReadOther(ref Utf8JsonReader reader, ref Fields fields)
    {
        if (reader.ValueTextEquals("dataChange"u8))
            return fields.HasDataChange = reader.Read() && reader.TokenType is JsonTokenType.True or JsonTokenType.False;
        if (reader.ValueTextEquals("stats"u8))
            return reader.Read() && reader.TokenType is JsonTokenType.String or JsonTokenType.Null;
        if (reader.ValueTextEquals("deletionVector"u8))
        {
            if (!reader.Read() || reader.TokenType == JsonTokenType.Null)
                return reader.TokenType == JsonTokenType.Null;
            fields.Vector = JsonSerializer.Deserialize(ref reader, ActionJsonContext.Default.DeletionVectorDescriptor)?.UniqueId;
            return true;
        }

        if (reader.ValueTextEquals("tags"u8))
            return reader.Read() && (reader.TokenType == JsonTokenType.Null || IsObjectOfTexts(ref reader));
        if (reader.ValueTextEquals("baseRowId"u8) || reader.ValueTextEquals("defaultRowCommitVersion"u8))
            return reader.Read() && (reader.TokenType == JsonTokenType.Null || (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out _)));
        return reader.ValueTextEquals("clusteringProvider"u8) && reader.Read() && reader.TokenType is JsonTokenType.String or JsonTokenType.Null;
    }

    static bool TryReadPartition(ref Utf8JsonReader reader, ref Fields fields)
    {
        if (!reader.Read())
            return false;
        var start = (int)reader.TokenStartIndex;
        if (!IsObjectOfTexts(ref reader))
            return false;
        (fields.PartitionStart, fields.PartitionLength) = (start, (int)reader.BytesConsumed - start);
        return true;
    }

    static bool IsObjectOfTexts(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            if (!reader.Read() || reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
                return false;
        return reader.TokenType == JsonTokenType.EndObject;
    }

    /// <summary>What was read.</summary>
    public struct Fields
    {
        /// <summary>Where in the line the path starts.</summary>
        public int PathStart;

        /// <summary>Its bytes.</summary>
        public int PathLength;

        /// <summary>Where in the line the JSON object of the partition values starts.</summary>
        public int PartitionStart;

        /// <summary>Its bytes.</summary>
        public int PartitionLength;

        /// <summary>Size in bytes.</summary>
        public long Size;

        /// <summary>When it was written.</summary>
        public long Time;

        /// <summary>What tells the deletion vector from another.</summary>
        public string? Vector;

        internal bool HasSize;
        internal bool HasTime;
        internal bool HasDataChange;
    }
}
