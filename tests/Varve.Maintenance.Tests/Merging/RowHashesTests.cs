using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Maintenance.Merging;

namespace Varve.Maintenance.Tests.Merging;

public sealed class RowHashesTests
{
    static readonly string?[] Texts = ["a", null, "b", "a", "", "c"];
    static readonly long?[] Numbers = [1, 2, null, 1, 5, 6];

    [Fact]
    public void Order_and_encoding_and_the_way_rows_are_spread_do_not_matter()
    {
        var whole = HashOf([0, 1, 2, 3, 4, 5], isCoded: false);

        Assert.Equal(whole, HashOf([5, 3, 1, 0, 2, 4], isCoded: true));
        Assert.Equal(whole, HashOf([4, 0], isCoded: true) + HashOf([1, 2, 3, 5], isCoded: false));
    }

    [Fact]
    public void Every_value_and_its_row_and_column_matter()
    {
        var whole = HashOf([0, 1, 2, 3, 4, 5], isCoded: false);

        // A row twice, a row less, a row in place of another.
        Assert.NotEqual(whole, HashOf([0, 1, 2, 3, 4, 5, 5], isCoded: false));
        Assert.NotEqual(whole, HashOf([0, 1, 2, 3, 4], isCoded: false));
        Assert.NotEqual(whole, HashOf([0, 1, 2, 3, 4, 4], isCoded: false));
        // The same values in other rows, and in another column.
        Assert.NotEqual(Rows(("x", Text("a", "b")), ("y", Text("c", "d"))), Rows(("x", Text("b", "a")), ("y", Text("c", "d"))));
        Assert.NotEqual(Rows(("x", Text("a")), ("y", Text("b"))), Rows(("x", Text("b")), ("y", Text("a"))));
        // Null is not the empty text, and a column of nulls is as none.
        Assert.NotEqual(Rows(("x", Text((string?)null))), Rows(("x", Text(""))));
        Assert.Equal(Rows(("x", Text("a")), ("y", Text((string?)null))), Rows(("x", Text("a"))));
    }

    [Fact]
    public void Lists_are_told_apart_by_their_items_and_their_order()
    {
        UInt128 Of(params string[][] lists)
        {
            var builder = new ListArray.Builder(StringType.Default);
            foreach (var list in lists)
            {
                builder.Append();
                foreach (var item in list)
                    ((StringArray.Builder)builder.ValueBuilder).Append(item);
            }

            return Rows(("x", builder.Build()));
        }

        Assert.NotEqual(Of(["a", "b"]), Of(["b", "a"]));
        Assert.NotEqual(Of(["a"], ["b"]), Of(["a", "b"], []));
        Assert.Equal(Of(["a"], ["b", "c"]), Of(["b", "c"], ["a"]));
    }

    static UInt128 HashOf(int[] rows, bool isCoded)
    {
        var refs = rows.Select(row => new RowRef(0, row)).ToArray();
        var numbers = new Int64Array.Builder();
        foreach (var number in Numbers)
            numbers.Append(number);
        return Rows(
            ("text", RowGather.Take(isCoded ? RowGather.Codes : StringType.Default, [Text(Texts)], refs)),
            ("number", RowGather.Take(Int64Type.Default, [numbers.Build()], refs)));
    }

    static UInt128 Rows(params (string Name, IArrowArray Values)[] columns)
    {
        var sums = new UInt128[columns[0].Values.Length];
        foreach (var (name, values) in columns)
            RowHashes.Add(name, values, sums);
        return RowHashes.Sum(sums);
    }

    static StringArray Text(params string?[] values)
    {
        var builder = new StringArray.Builder();
        foreach (var value in values)
            builder.Append(value);
        return builder.Build();
    }
}
