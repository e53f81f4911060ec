using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Varve.Delta.Scan;
using Varve.Delta.Schema;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Conformance;

/// <summary>Rows of tables that other engines wrote. A table may be refused; no row may be read wrongly.</summary>
[Trait("category", "conformance")]
public sealed class RowConformanceTests(ITestOutputHelper output)
{
    // Raise it when more tables can be read; it never falls.
    const int ReadMin = 152;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_rows_of_every_table_that_can_be_read_are_those_that_were_written()
    {
        var root = TestData.At("delta");
        Assert.SkipWhen(root is null, TestData.Missing);
        var right = 0;
        var refused = new List<string>();
        var wrong = new List<string>();
        foreach (var file in Directory.EnumerateFiles(root, "rows.ndjson", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var folder = Path.GetDirectoryName(file)!;
            var name = Path.GetRelativePath(root, folder);
            try
            {
                if (await DifferenceAsync(folder, file) is { } difference)
                    wrong.Add($"{name}: {difference}");
                else
                    right++;
            }
            catch (VarveException fault)
            {
                (fault.Kind == FaultKind.Corrupt && !fault.Message.Contains("The log of", StringComparison.Ordinal) ? wrong : refused)
                    .Add($"{name}: {fault.Kind}: {fault.Message}");
            }
        }

        output.WriteLine($"{right} read, {refused.Count} refused, {wrong.Count} wrong");
        foreach (var line in refused)
            output.WriteLine(line);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(right >= ReadMin, $"{right} tables were read; at least {ReadMin} can be.");
    }

    static async Task<string?> DifferenceAsync(string folder, string file)
    {
        var store = new LocalObjectStore(folder);
        var table = await DeltaTable.OpenAsync(store, "delta", options: null, logger: null, Token)
            ?? throw new VarveException(FaultKind.NotFound, "no table found");
        var scan = new TableScan(store, "delta", table.Latest);
        var rowCount = await RowCountAsync(folder);
        if (new FileInfo(file).Length == 0)
            return await CountAsync(scan) is var count && count == rowCount ? null : $"{count} rows instead of {rowCount}";
        var text = new RowText(table.Latest.Schema);
        var lines = new ArrayBufferWriter<byte>();
        var found = new Multiset();
        await foreach (var batch in scan.ReadAsync(Token))
            using (batch)
                for (var row = 0; row < batch.Length; row++)
                {
                    lines.ResetWrittenCount();
                    text.Write(batch, row, lines);
                    found.Add(lines.WrittenSpan.TrimEnd("\n"u8));
                }

        var expected = new Multiset();
        foreach (var line in File.ReadLines(file))
            expected.Add(Encoding.UTF8.GetBytes(line));
        if (found.Equals(expected))
            return null;
        // Another way to write the same numbers or letters is no difference.
        var (foundRows, expectedRows) = (new List<string>(), new List<string>());
        await foreach (var batch in scan.ReadAsync(Token))
            using (batch)
                for (var row = 0; row < batch.Length; row++)
                {
                    lines.ResetWrittenCount();
                    text.Write(batch, row, lines);
                    foundRows.Add(Canonical(lines.WrittenSpan, table.Latest.Schema));
                }

        foreach (var line in File.ReadLines(file))
            expectedRows.Add(Canonical(Encoding.UTF8.GetBytes(line), table.Latest.Schema));
        foundRows.Sort(StringComparer.Ordinal);
        expectedRows.Sort(StringComparer.Ordinal);
        if (foundRows.Count != expectedRows.Count)
            return $"{foundRows.Count} rows instead of {expectedRows.Count}";
        for (var i = 0; i < foundRows.Count; i++)
            if (foundRows[i] != expectedRows[i])
                return $"{foundRows[i]} instead of {expectedRows[i]}";
        return null;
    }

    // Of a table too large for a file of rows only their number is known.
    static async Task<long> RowCountAsync(string folder)
    {
        using var expected = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "expected.json"), Token));
        return expected.RootElement.GetProperty("rowCount").GetInt64();
    }

    static async Task<long> CountAsync(TableScan scan)
    {
        var count = 0L;
        await foreach (var batch in scan.ReadAsync(Token))
            using (batch)
                count += batch.Length;
        return count;
    }

    static string Canonical(ReadOnlySpan<byte> line, TableSchema schema)
    {
        var reader = new Utf8JsonReader(line);
        using var document = JsonDocument.ParseValue(ref reader);
        return Canonical(document.RootElement, new DeltaType.StructOf(schema.Fields));
    }

    static string Canonical(JsonElement value, DeltaType type) => (value.ValueKind, type) switch
    {
        (JsonValueKind.Null, _) => "null",
        (JsonValueKind.Object, DeltaType.StructOf nested) =>
            "{" + string.Join(',', value.EnumerateObject().Zip(nested.Fields, (member, field) =>
                member.Name == field.Name ? $"{field.Name}:{Canonical(member.Value, field.Type)}" : $"{member.Name} is not {field.Name}")) + "}",
        (JsonValueKind.Array, DeltaType.ArrayOf array) => "[" + string.Join(',', value.EnumerateArray().Select(item => Canonical(item, array.Element))) + "]",
        (JsonValueKind.Array, DeltaType.MapOf map) => "[" + string.Join(',', value.EnumerateArray()
            .Select(pair => $"{Canonical(pair[0], map.Key)}={Canonical(pair[1], map.Value)}").Order(StringComparer.Ordinal)) + "]",
        (JsonValueKind.Number, DeltaType.Primitive { Name: "float" }) => FormattableString.Invariant($"{(float)value.GetDouble():R}"),
        (JsonValueKind.Number, DeltaType.Primitive { Name: "double" }) => FormattableString.Invariant($"{value.GetDouble():R}"),
        _ => value.ValueKind == JsonValueKind.String ? $"'{value.GetString()}'" : value.GetRawText(),
    };

    /// <summary>The sum of the hashes of what was added: the order does not matter, and no row is kept.</summary>
    sealed class Multiset
    {
        long _count;
        UInt128 _sum;

        public void Add(ReadOnlySpan<byte> line)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(line, hash);
            _count++;
            _sum += System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
        }

        public bool Equals(Multiset other) => (_count, _sum) == (other._count, other._sum);
    }
}
