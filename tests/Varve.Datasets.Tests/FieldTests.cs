namespace Varve.Datasets.Tests;

/// <summary>What holds for every field of every dataset.</summary>
public sealed class FieldTests
{
    static readonly FieldType[] Ordered = [FieldType.String, FieldType.Int, FieldType.Float, FieldType.Timestamp];
    static readonly string[] OwnColumns = [TableLayout.DateColumn, TableLayout.ExtraColumn, TableLayout.IngestedAtColumn];

    public static TheoryData<string> Names() => [.. DatasetCatalog.BuiltIn.Datasets.Select(dataset => dataset.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_field_has_a_name_a_group_a_description_and_a_known_type(string name)
    {
        var dataset = DatasetCatalog.BuiltIn.Find(name)!;

        Assert.NotEmpty(dataset.Fields);
        Assert.All(dataset.Fields, field =>
        {
            Assert.Matches("^[A-Za-z][A-Za-z0-9_]*$", field.Name);
            Assert.True(Enum.IsDefined(field.Type), field.Name);
            AssertLine(field.Group, field.Name);
            AssertLine(field.Description, field.Name);
            Assert.True(field.KnownValues is null || field.KnownValues.Count == field.KnownValues.Distinct(StringComparer.Ordinal).Count(), field.Name);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_dataset_itself_is_described(string name)
    {
        var dataset = DatasetCatalog.BuiltIn.Find(name)!;

        AssertLine(dataset.Title, name);
        AssertLine(dataset.Description, name);
        Assert.Contains(dataset.Scope, dataset.Scopes);
        Assert.Equal(dataset.Scopes.Distinct(), dataset.Scopes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_time_is_a_timestamp_with_statistics(string name)
    {
        var dataset = DatasetCatalog.BuiltIn.Find(name)!;

        Assert.Same(dataset.Find(dataset.TimestampField.Name), dataset.TimestampField);
        Assert.Equal((FieldType.Timestamp, true), (dataset.TimestampField.Type, dataset.TimestampField.Statistics));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_id_is_one_of_its_fields(string name)
    {
        var dataset = DatasetCatalog.BuiltIn.Find(name)!;

        Assert.True(dataset.IdField is null || dataset.Find(dataset.IdField)?.Name == dataset.IdField, dataset.IdField);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_two_columns_of_a_table_differ_by_case_alone(string name)
    {
        var dataset = DatasetCatalog.BuiltIn.Find(name)!;
        var columns = dataset.Fields.Select(field => field.Name).Concat(OwnColumns).Append(TableLayout.LevelColumnOf(dataset));

        var pairs = columns.GroupBy(column => column, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => group.Key);

        Assert.Empty(pairs);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Statistics_are_kept_of_what_has_an_order_and_of_few_fields(string name)
    {
        var withStatistics = DatasetCatalog.BuiltIn.Find(name)!.Fields.Where(field => field.Statistics).ToList();

        Assert.All(withStatistics, field => Assert.Contains(field.Type, Ordered));
        Assert.InRange(withStatistics.Count, 1, 32);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Few_texts_are_indexed_and_the_id_is_one_of_them(string name)
    {
        var dataset = DatasetCatalog.BuiltIn.Find(name)!;

        Assert.All(dataset.IndexedFields, field => Assert.Equal(FieldType.String, dataset.Find(field)!.Type));
        Assert.InRange(dataset.IndexedFields.Count(), 0, 9);
        if (dataset.IdField is { } id)
            Assert.Contains(id, dataset.IndexedFields);
    }

    static void AssertLine(string? text, string of)
    {
        Assert.False(string.IsNullOrWhiteSpace(text), of);
        Assert.DoesNotContain('\n', text!);
        Assert.Equal(text!.Trim(), text);
    }
}
