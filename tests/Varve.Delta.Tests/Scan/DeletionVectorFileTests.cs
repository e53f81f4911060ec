using System.Text.Json;
using Varve.Delta.Actions;
using Varve.Delta.Scan;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Scan;

public sealed class DeletionVectorFileTests
{
    const string Path = "t/ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin";

    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    static DeletionVectorDescriptor InFile(byte[] data, int offset, long cardinality) => new()
    {
        StorageType = "u",
        PathOrInlineDv = "ab^-aqEH.-t@S}K{vb[*k^",
        Offset = offset,
        SizeInBytes = data.Length,
        Cardinality = cardinality,
    };

    [Fact]
    public async Task Each_vector_of_a_file_is_found_at_its_offset()
    {
        var (first, second) = (RoaringWriter.Write([1, 5], runs: false), RoaringWriter.Write([7, 8, 9], runs: true));
        var (content, offsets) = RoaringWriter.WriteFile(first, second);
        await _store.PutAsync(Path, content, Token);

        var one = await DeletionVectorFile.LoadAsync(_store, "t", InFile(first, offsets[0], 2), Token);
        var two = await DeletionVectorFile.LoadAsync(_store, "t", InFile(second, offsets[1], 3), Token);

        Assert.Equal([1L, 5], Enumerable.Range(0, 20).Select(row => (long)row).Where(one.Contains));
        Assert.Equal([7L, 8, 9], Enumerable.Range(0, 20).Select(row => (long)row).Where(two.Contains));
    }

    [Theory]
    [InlineData("checksum", "checksum")]
    [InlineData("size", "bytes instead of")]
    [InlineData("cardinality", "rows instead of")]
    [InlineData("version", "format")]
    [InlineData("short", "too short")]
    [InlineData("missing", "missing")]
    public async Task A_damaged_file_is_corrupt_and_named(string damage, string reason)
    {
        var data = RoaringWriter.Write([1, 5], runs: false);
        var (content, offsets) = RoaringWriter.WriteFile(data);
        var descriptor = InFile(data, offsets[0], 2);
        switch (damage)
        {
            case "checksum":
                content[^6] ^= 1;
                break;
            case "size":
                descriptor = descriptor with { SizeInBytes = data.Length - 4 };
                break;
            case "cardinality":
                descriptor = descriptor with { Cardinality = 3 };
                break;
            case "version":
                content[0] = 2;
                break;
            case "short":
                content = content[..^1];
                break;
        }

        if (damage != "missing")
            await _store.PutAsync(Path, content, Token);

        var fault = await Assert.ThrowsAsync<VarveException>(() => DeletionVectorFile.LoadAsync(_store, "t", descriptor, Token));

        Assert.Equal(FaultKind.Corrupt, fault.Kind);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.Contains(Path, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_inline_vector_is_read_from_its_text()
    {
        var descriptor = new DeletionVectorDescriptor
        {
            StorageType = "i",
            PathOrInlineDv = "^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L",
            SizeInBytes = 44,
            Cardinality = 6,
        };

        var vector = await DeletionVectorFile.LoadAsync(_store, "t", descriptor, Token);

        Assert.Equal([3L, 4, 7, 11, 18, 29], Enumerable.Range(0, 100).Select(row => (long)row).Where(vector.Contains));
    }

    [Theory]
    [InlineData("i", "wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L", 40)]
    [InlineData("i", "not z85 ~", 8)]
    [InlineData("i", "00000", 44)]
    [InlineData("u", "short", 44)]
    public async Task What_is_not_of_the_portable_form_is_corrupt(string storage, string text, int size)
    {
        var descriptor = new DeletionVectorDescriptor { StorageType = storage, PathOrInlineDv = text, SizeInBytes = size, Cardinality = 6 };

        var fault = await Assert.ThrowsAsync<VarveException>(() => DeletionVectorFile.LoadAsync(_store, "t", descriptor, Token));

        Assert.Equal(FaultKind.Corrupt, fault.Kind);
    }

    [Fact]
    public void Z85_of_four_bytes_comes_back()
    {
        byte[] bytes = [0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B];

        Assert.Equal("HelloWorld", Z85.Encode(bytes));
        Assert.Equal(bytes, Z85.TryDecode("HelloWorld"));
        Assert.Null(Z85.TryDecode("#####"));
    }

    [Fact]
    [Trait("category", "conformance")]
    public async Task The_vectors_of_the_specification_are_read()
    {
        var file = TestData.At("delta", "vectors", "spec.json");
        Assert.SkipWhen(file is null, TestData.Missing);
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(file, Token));
        var compared = 0;
        foreach (var example in document.RootElement.GetProperty("deletionVectors").EnumerateArray().Where(example => !example.TryGetProperty("note", out _)))
        {
            var descriptor = new DeletionVectorDescriptor
            {
                StorageType = example.GetProperty("storageType").GetString()!,
                PathOrInlineDv = example.GetProperty("pathOrInlineDv").GetString()!,
                SizeInBytes = example.TryGetProperty("sizeInBytes", out var size) ? size.GetInt32() : 0,
                Cardinality = example.TryGetProperty("cardinality", out var cardinality) ? cardinality.GetInt64() : 0,
            };
            if (example.TryGetProperty("relativePath", out var path))
                Assert.Equal("t/" + path.GetString(), DeletionVectorFile.PathOf("t", descriptor));
            if (example.TryGetProperty("rows", out var rows))
            {
                var vector = await DeletionVectorFile.LoadAsync(_store, "t", descriptor, Token);
                Assert.Equal(rows.EnumerateArray().Select(row => row.GetInt64()), Enumerable.Range(0, 1000).Select(row => (long)row).Where(vector.Contains));
            }

            compared++;
        }

        Assert.True(compared >= 2);
    }
}
