using Varve.Query.Sql;

namespace Varve.Query.Tests.Sql;

/// <summary>What the gate lets through, as the engine will read it.</summary>
public sealed class GatedTreeTests(DialectLake dialect) : IClassFixture<DialectLake>
{
    [Theory]
    [MemberData(nameof(SqlReferenceTests.Statements), MemberType = typeof(SqlReferenceTests))]
    public async Task Its_text_is_read_as_its_tree_and_names_nothing_but_what_the_gate_named(string sql, string answer)
    {
        using var parser = new SqlParser();
        var gate = new Gate(parser, dialect.Lake.Datasets, new QueryLimits(), TimeProvider.System);

        var statement = await gate.CheckAsync(new QueryRequest(sql, TestKit.TestLake.Account), TestContext.Current.CancellationToken);
        var read = parser.Parse(parser.Render(statement.Root));

        Assert.Equal(Shape.Of(statement.Root), Shape.Of(read));
        Assert.All(
            Ast.ObjectsIn(read).Where(node => Ast.TypeIs(node, "BASE_TABLE")).Select(table => Ast.Text(table, "table_name")),
            name => Assert.Matches("^(scan|with)_[0-9]+$", name));
        Assert.NotEmpty(answer);
    }
}
