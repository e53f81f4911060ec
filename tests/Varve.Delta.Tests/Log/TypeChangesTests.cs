using Varve.Delta.Log;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Log;

public sealed class TypeChangesTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("byte", "short")]
    [InlineData("short", "long")]
    [InlineData("integer", "double")]
    [InlineData("float", "double")]
    [InlineData("date", "timestamp_ntz")]
    [InlineData("decimal(5,2)", "decimal(7,3)")]
    [InlineData("integer", "decimal(10,0)")]
    [InlineData("byte", "decimal(4,1)")]
    [InlineData("short", "decimal(12,2)")]
    [InlineData("long", "decimal(20,0)")]
    public void A_type_that_holds_every_value_of_the_other_is_a_widening(string from, string to) => Assert.True(TypeChanges.IsWidening(from, to));

    [Theory]
    [InlineData("long", "integer")]
    [InlineData("double", "float")]
    [InlineData("long", "double")]
    [InlineData("date", "timestamp")]
    [InlineData("decimal(5,2)", "decimal(6,4)")]
    [InlineData("decimal(5,2)", "decimal(5,1)")]
    [InlineData("integer", "decimal(10,1)")]
    [InlineData("long", "decimal(19,0)")]
    [InlineData("byte", "decimal(3,1)")]
    [InlineData("string", "decimal(10,0)")]
    [InlineData("string", "long")]
    public void A_type_that_does_not_is_none(string from, string to) => Assert.False(TypeChanges.IsWidening(from, to));

    [Theory]
    [InlineData("integer", "long", true)]
    [InlineData("string", "long", false)]
    public async Task A_table_is_read_when_all_its_type_changes_are_widenings(string from, string to, bool read)
    {
        var change = $$$"""{\"name\":\"x\",\"type\":\"long\",\"nullable\":true,\"metadata\":{\"delta.typeChanges\":[{\"fromType\":\"{{{from}}}\",\"toType\":\"{{{to}}}\"}]}}""";
        var nested = $$$"""{\"name\":\"s\",\"type\":{\"type\":\"array\",\"containsNull\":true,\"elementType\":{\"type\":\"struct\",\"fields\":[{{{change}}}]}},\"nullable\":true,\"metadata\":{}}""";
        var store = new MemoryObjectStore();
        await TestTable.WriteCommitAsync(store, 0,
            $$$$"""
            {"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["typeWidening"],"writerFeatures":["typeWidening"]}}
            {"metaData":{"id":"t","schemaString":"{\"type\":\"struct\",\"fields\":[{{{{nested}}}}]}","partitionColumns":[],"configuration":{}}}
            """, Token);

        var fault = await Record.ExceptionAsync(() => DeltaTable.OpenAsync(store, "t", null, null, Token));

        Assert.Equal(read, fault is null);
        if (fault is not null)
            Assert.Equal(FaultKind.Invalid, Assert.IsType<VarveException>(fault).Kind);
    }
}
