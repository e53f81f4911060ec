using System.Globalization;
using System.Text;
using System.Text.Json;
using Varve.Datasets;
using Varve.Datasets.Settings;
using Varve.Ingest.Records;
using Varve.Storage;

namespace Varve.Ingest.Settings;

/// <summary>The operator and the value of a condition, read as the type of its field has them.</summary>
/// <param name="field">The field.</param>
/// <param name="sign">The operator as it was written, for messages.</param>
/// <param name="value">The value; not null.</param>
readonly struct FilterOperand(DatasetField field, string sign, JsonElement value)
{
    const double WholeDoubleMax = 9_007_199_254_740_992;

    /// <summary>The test that the operator without its <c>!</c> stands for.</summary>
    /// <exception cref="VarveException">The field's type has no such operator, or the value is of another type.</exception>
    public ValueTest Test(string name)
    {
        // lt and its kin have no negated form: there is geq.
        var isNegated = sign != name;
        switch (field.Type, name)
        {
            case (FieldType.String, "eq" or "startsWith" or "endsWith" or "contains"):
                return new TextTest(PlaceOf(name), Text(value));
            case (FieldType.String, "in"):
                var texts = Items().Select(Text).ToArray();
                Array.Sort(texts, static (a, b) => a.AsSpan().SequenceCompareTo(b));
                return new TextInTest(texts);
            case (FieldType.Bool, "eq"):
                return new BooleanTest(Boolean(value));
            case (FieldType.StringArray, "contains"):
                return new TextItemTest(Text(value));
            case (FieldType.IntArray, "contains"):
                return new IntegerItemTest(Integer(value));
            case (FieldType.Int or FieldType.Timestamp, "in"):
                var integers = Items().Select(Whole).ToArray();
                Array.Sort(integers);
                return new IntegerInTest(integers);
            case (FieldType.Float, "in"):
                var reals = Items().Select(Real).ToArray();
                Array.Sort(reals);
                return new RealInTest(reals);
            case (FieldType.Int or FieldType.Timestamp, _) when OrderOf(name, isNegated) is { } order:
                return new IntegerTest(order, Whole(value));
            case (FieldType.Float, _) when OrderOf(name, isNegated) is { } order:
                return new RealTest(order, Real(value));
            default:
                throw WrongOperator();
        }
    }

    static TextPlace PlaceOf(string name) => name switch
    {
        "eq" => TextPlace.Whole,
        "startsWith" => TextPlace.Start,
        "endsWith" => TextPlace.End,
        _ => TextPlace.Anywhere,
    };

    static Order? OrderOf(string name, bool isNegated) => (name, isNegated) switch
    {
        ("eq", _) => Order.Equal,
        ("lt", false) => Order.Less,
        ("leq", false) => Order.LessOrEqual,
        ("gt", false) => Order.Greater,
        ("geq", false) => Order.GreaterOrEqual,
        _ => null,
    };

    IEnumerable<JsonElement> Items() => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0
        ? value.EnumerateArray()
        : throw StrictJson.Invalid($"The condition on {field.Name} with '{sign}' needs a list of one value or more.");

    byte[] Text(JsonElement operand) =>
        operand.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(operand.GetString()!) : throw WrongValue("a text");

    long Whole(JsonElement operand) => field.Type == FieldType.Timestamp ? Instant(operand) : Integer(operand);

    /// <summary>Logpush takes numbers in quotes too.</summary>
    long Integer(JsonElement operand)
    {
        var text = operand.ValueKind switch
        {
            JsonValueKind.Number => operand.GetRawText(),
            JsonValueKind.String => operand.GetString(),
            _ => null,
        };
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return whole;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
            && real == Math.Floor(real) && Math.Abs(real) <= WholeDoubleMax
            ? (long)real
            : throw WrongValue("a whole number");
    }

    double Real(JsonElement operand)
    {
        var text = operand.ValueKind switch
        {
            JsonValueKind.Number => operand.GetRawText(),
            JsonValueKind.String => operand.GetString(),
            _ => null,
        };
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
            && double.IsFinite(real) ? real : throw WrongValue("a number");
    }

    long Instant(JsonElement operand)
    {
        var text = operand.ValueKind switch
        {
            JsonValueKind.Number => operand.GetRawText(),
            JsonValueKind.String => operand.GetString()!,
            _ => "",
        };
        return TimestampParser.TryParse(Encoding.UTF8.GetBytes(text), out var microseconds)
            ? microseconds
            : throw WrongValue("an instant, such as 2026-11-22T10:00:00Z");
    }

    bool Boolean(JsonElement operand) => operand.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when bool.TryParse(operand.GetString(), out var truth) => truth,
        _ => throw WrongValue("true or false"),
    };

    VarveException WrongValue(string wanted) => StrictJson.Invalid($"The condition on {field.Name} with '{sign}' needs {wanted}, not {Excerpt()}.");

    string Excerpt()
    {
        const int CharsMax = 40;
        var text = value.GetRawText();
        return text.Length <= CharsMax ? text : text[..CharsMax] + "…";
    }

    VarveException WrongOperator()
    {
        string[] known = field.Type switch
        {
            FieldType.String => ["eq", "!eq", "startsWith", "!startsWith", "endsWith", "!endsWith", "contains", "!contains", "in", "!in"],
            FieldType.Bool => ["eq", "!eq"],
            FieldType.StringArray or FieldType.IntArray => ["contains", "!contains"],
            FieldType.Map or FieldType.Json => [],
            _ => ["eq", "!eq", "lt", "leq", "gt", "geq", "in", "!in"],
        };
        return StrictJson.Invalid(known.Length == 0
            ? $"The filter names {field.Name}, which is a map or JSON: these cannot be filtered by."
            : $"The operator '{sign}' is none for {field.Name}: use {string.Join(", ", known)}.");
    }
}
