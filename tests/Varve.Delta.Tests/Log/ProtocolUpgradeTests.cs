using Varve.Delta.Actions;
using Varve.Delta.Log;

namespace Varve.Delta.Tests.Log;

public sealed class ProtocolUpgradeTests
{
    [Theory]
    [InlineData(1, 1, "appendOnly", "1/2")]
    [InlineData(1, 2, "appendOnly", "1/2")]
    [InlineData(1, 2, "changeDataFeed", "1/4")]
    [InlineData(1, 2, "domainMetadata", "1/7 [appendOnly invariants domainMetadata]")]
    [InlineData(1, 1, "inCommitTimestamp", "1/7 [inCommitTimestamp]")]
    [InlineData(1, 4, "inCommitTimestamp", "1/7 [appendOnly invariants checkConstraints changeDataFeed generatedColumns inCommitTimestamp]")]
    [InlineData(2, 5, "inCommitTimestamp", "2/7 [appendOnly invariants checkConstraints changeDataFeed generatedColumns columnMapping inCommitTimestamp]")]
    [InlineData(2, 6, "v2Checkpoint", "3/7 [appendOnly invariants checkConstraints changeDataFeed generatedColumns columnMapping identityColumns v2Checkpoint] [columnMapping v2Checkpoint]")]
    [InlineData(1, 2, "timestampNtz", "3/7 [appendOnly invariants timestampNtz] [timestampNtz]")]
    public void A_protocol_gains_a_feature_and_keeps_what_its_version_stood_for(int reader, int writer, string feature, string expected)
    {
        var protocol = new TableProtocol { MinReaderVersion = reader, MinWriterVersion = writer };

        var upgraded = ProtocolUpgrade.With(protocol, [feature]);

        Assert.Equal(expected, Text(upgraded));
        Assert.True(ProtocolUpgrade.Supports(upgraded, feature));
        Assert.Same(upgraded, ProtocolUpgrade.With(upgraded, [feature]));
    }

    [Fact]
    public void Features_are_added_to_those_that_are_listed()
    {
        var protocol = new TableProtocol { MinReaderVersion = 1, MinWriterVersion = 7, WriterFeatures = ["clustering"] };

        var upgraded = ProtocolUpgrade.With(protocol, ["appendOnly", "v2Checkpoint", "timestampNtz"]);

        Assert.Equal("3/7 [clustering appendOnly v2Checkpoint timestampNtz] [v2Checkpoint timestampNtz]", Text(upgraded));
    }

    static string Text(TableProtocol protocol) => $"{protocol.MinReaderVersion}/{protocol.MinWriterVersion}"
        + (protocol.WriterFeatures is { } written ? $" [{string.Join(' ', written)}]" : "")
        + (protocol.ReaderFeatures is { } read ? $" [{string.Join(' ', read)}]" : "");
}
