using Varve.Query.Execution;
using Varve.Storage;

namespace Varve.Query.Workers;

/// <summary>What a worker is given and gives beside rows, as bytes.</summary>
static class WorkerCodec
{
    const string Cancelled = "cancelled";

    public static void Write(BinaryWriter writer, WorkerEngine engine)
    {
        writer.Write(engine.MemoryBytes);
        writer.Write(engine.DiskBytes);
        WriteOptional(writer, engine.DataFolder);
        writer.Write(engine.FilesGrow);
        writer.Write(engine.TemporaryFolder);
    }

    public static WorkerEngine ReadEngine(BinaryReader reader) => new(reader.ReadInt64(), reader.ReadInt64(), ReadOptional(reader), reader.ReadBoolean(), reader.ReadString());

    public static void Write(BinaryWriter writer, EngineRequest request)
    {
        writer.Write(request.Sql);
        writer.Write(request.AnswerBytesMax);
        writer.Write(request.RowsMax ?? -1);
        writer.Write(request.RowsWanted ?? -1);
        writer.Write(request.Columns.Count);
        foreach (var column in request.Columns)
        {
            writer.Write(column.Name);
            WriteOptional(writer, column.Field);
            writer.Write(column.IsJson);
            writer.Write(column.WithoutValues is not null);
            if (column.WithoutValues is { } known)
                Write(writer, known);
        }
    }

    public static EngineRequest ReadRequest(BinaryReader reader)
    {
        var sql = reader.ReadString();
        var answerBytesMax = reader.ReadInt64();
        var rowsMax = reader.ReadInt32();
        var rowsWanted = reader.ReadInt64();
        var columns = new EngineColumn[reader.ReadInt32()];
        for (var column = 0; column < columns.Length; column++)
            columns[column] = new EngineColumn(reader.ReadString(), ReadOptional(reader), reader.ReadBoolean()) { WithoutValues = reader.ReadBoolean() ? ReadColumn(reader) : null };
        return new EngineRequest(sql, columns) { RowsMax = rowsMax < 0 ? null : rowsMax, RowsWanted = rowsWanted < 0 ? null : rowsWanted, AnswerBytesMax = answerBytesMax };
    }

    public static void Write(BinaryWriter writer, IReadOnlyList<ResultColumn> columns)
    {
        writer.Write(columns.Count);
        foreach (var column in columns)
            Write(writer, column);
    }

    public static IReadOnlyList<ResultColumn> ReadColumns(BinaryReader reader)
    {
        var columns = new ResultColumn[reader.ReadInt32()];
        for (var column = 0; column < columns.Length; column++)
            columns[column] = ReadColumn(reader);
        return columns;
    }

    public static void Write(BinaryWriter writer, Exception fault)
    {
        var kind = (fault as VarveException)?.Kind ?? FaultKind.Internal;
        writer.Write((byte)kind);
        writer.Write((fault as VarveException)?.Detail?.Code ?? (fault is OperationCanceledException ? Cancelled : "internal"));
        writer.Write(fault.Message);
    }

    public static Exception ReadFault(BinaryReader reader)
    {
        var (kind, code, message) = ((FaultKind)reader.ReadByte(), reader.ReadString(), reader.ReadString());
        return code == Cancelled ? new OperationCanceledException(message) : EngineFaults.New(kind, code, message);
    }

    static void Write(BinaryWriter writer, ResultColumn column)
    {
        writer.Write(column.Name);
        writer.Write((byte)column.Type);
        WriteOptional(writer, column.Field);
        writer.Write((byte)column.Item);
    }

    static ResultColumn ReadColumn(BinaryReader reader) =>
        new(reader.ReadString(), (ColumnType)reader.ReadByte(), ReadOptional(reader)) { Item = (ColumnType)reader.ReadByte() };

    static void WriteOptional(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null)
            writer.Write(text);
    }

    static string? ReadOptional(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;
}

/// <summary>The engine of a worker.</summary>
/// <param name="MemoryBytes">Memory that it counts and keeps within.</param>
/// <param name="DiskBytes">Disk that it may use for what does not fit in memory.</param>
/// <param name="DataFolder">The only folder whose files it may read; null when there is none.</param>
/// <param name="FilesGrow">True when files may get further content while they keep their names.</param>
/// <param name="TemporaryFolder">Where it may put what does not fit in memory.</param>
sealed record WorkerEngine(long MemoryBytes, long DiskBytes, string? DataFolder, bool FilesGrow, string TemporaryFolder);
