using System.Globalization;
using System.Text;
using Varve.Ingest.Columns;

namespace Varve.Ingest.Tests.Records;

/// <summary>Values of columns as texts that can be compared.</summary>
static class ColumnTexts
{
    public static string Of(Column column, int row) => column switch
    {
        TextColumn texts => Encoding.UTF8.GetString(texts[row]),
        FixedColumn<long> whole => whole[row].ToString(CultureInfo.InvariantCulture),
        DoubleColumn reals => reals[row].ToString("R", CultureInfo.InvariantCulture),
        BooleanColumn flags => flags[row] ? "true" : "false",
        ListColumn list => $"[{string.Join('|', Items(list, row).Select(item => list.Items.Has(item) ? Of(list.Items, item) : "\0"))}]",
        MapColumn map => $"[{string.Join('|', Items(map, row).Select(item => $"{Of(map.Keys, item)}={(map.Values.Has(item) ? Of(map.Values, item) : "\0")}"))}]",
        _ => throw new InvalidOperationException(column.GetType().Name),
    };

    static IEnumerable<int> Items(NestedColumn column, int row) => Enumerable.Range(column.ItemsOf(row).Start, column.ItemsOf(row).Count);
}
