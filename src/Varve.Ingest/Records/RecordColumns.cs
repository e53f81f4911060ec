using Varve.Datasets;
using Varve.Ingest.Columns;
using Varve.Ingest.Settings;

namespace Varve.Ingest.Records;

/// <summary>The columns that the fields of a dataset fill, and what of the record at hand fits no column.</summary>
sealed class RecordColumns : IRowValues
{
    readonly List<ExtraEntry> _extras = [];

    public RecordColumns(Dataset dataset)
    {
        Kinds = [.. dataset.Fields.Select(field => KindOf(field.Type))];
        Columns = [.. dataset.Fields.Select(field => NewColumn(field.Name, KindOf(field.Type)))];
        Timestamp = dataset.Fields.TakeWhile(field => field != dataset.TimestampField).Count();
    }

    /// <summary>What each field takes.</summary>
    public FieldKind[] Kinds { get; }

    /// <summary>The column of each field.</summary>
    public Column[] Columns { get; }

    /// <summary>The field that places a record in time.</summary>
    public int Timestamp { get; }

    /// <summary>Reads timestamps.</summary>
    public CachedTimes Times { get; } = new();

    /// <summary>The row that <see cref="IRowValues"/> shows.</summary>
    public int Row { get; set; }

    /// <summary>What of the record at hand fits no column, in the order of the line.</summary>
    public IReadOnlyList<ExtraEntry> Extras => _extras;

    /// <summary>Notes a name (with its quotes) and its value, which stand in the line and fit no column.</summary>
    public void AddExtra(int name, int nameEnd, int value, int valueEnd) => _extras.Add(new ExtraEntry(name, nameEnd - name, value, valueEnd - value));

    /// <summary>Forgets the record at hand: its row is null in every column.</summary>
    public void Forget(int row)
    {
        _extras.Clear();
        foreach (var column in Columns)
            column.Unset(row);
    }

    public void ClearExtras() => _extras.Clear();

    public bool IsNull(int field) => !Columns[field].Has(Row);

    public ReadOnlySpan<byte> Text(int field) => ((TextColumn)Columns[field])[Row];

    public long Integer(int field) => ((FixedColumn<long>)Columns[field])[Row];

    public double Real(int field) => ((DoubleColumn)Columns[field])[Row];

    public bool Boolean(int field) => ((BooleanColumn)Columns[field])[Row];

    public int ItemCount(int field) => ((ListColumn)Columns[field]).ItemsOf(Row).Count;

    public ReadOnlySpan<byte> TextItem(int field, int index)
    {
        var list = (ListColumn)Columns[field];
        var item = list.ItemsOf(Row).Start + index;
        return list.Items.Has(item) ? ((TextColumn)list.Items)[item] : [];
    }

    public long IntegerItem(int field, int index)
    {
        var list = (ListColumn)Columns[field];
        var item = list.ItemsOf(Row).Start + index;
        return list.Items.Has(item) ? ((Int64Column)list.Items)[item] : 0;
    }

    static FieldKind KindOf(FieldType type) => type switch
    {
        FieldType.String => FieldKind.Text,
        FieldType.Json => FieldKind.Json,
        FieldType.Int => FieldKind.Integer,
        FieldType.Float => FieldKind.Real,
        FieldType.Bool => FieldKind.Boolean,
        FieldType.Timestamp => FieldKind.Timestamp,
        FieldType.StringArray => FieldKind.TextList,
        FieldType.IntArray => FieldKind.IntegerList,
        FieldType.Map => FieldKind.Map,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A field type without a column."),
    };

    static Column NewColumn(string name, FieldKind kind) => kind switch
    {
        FieldKind.Text or FieldKind.Json => new TextColumn(name),
        FieldKind.Integer => new Int64Column(name),
        FieldKind.Real => new DoubleColumn(name),
        FieldKind.Boolean => new BooleanColumn(name),
        FieldKind.Timestamp => new TimestampColumn(name),
        FieldKind.TextList => new ListColumn(name, new TextColumn("element")),
        FieldKind.IntegerList => new ListColumn(name, new Int64Column("element")),
        _ => new MapColumn(name),
    };
}

/// <summary>Where in the line a name and its value stand.</summary>
readonly record struct ExtraEntry(int Name, int NameLength, int Value, int ValueLength);
