namespace Varve.Ingest.Settings;

/// <summary>What a condition asks of a value that is there.</summary>
abstract class ValueTest
{
    public abstract bool Passes(IRowValues record, int field);
}

/// <summary>How two values lie to each other.</summary>
enum Order
{
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>Where a text stands in another.</summary>
enum TextPlace
{
    Whole,
    Start,
    End,
    Anywhere,
}

/// <summary>A text, byte by byte: upper and lower case differ.</summary>
sealed class TextTest(TextPlace place, byte[] text) : ValueTest
{
    public override bool Passes(IRowValues record, int field)
    {
        var value = record.Text(field);
        return place switch
        {
            TextPlace.Whole => value.SequenceEqual(text),
            TextPlace.Start => value.StartsWith(text),
            TextPlace.End => value.EndsWith(text),
            _ => value.IndexOf(text) >= 0,
        };
    }
}

/// <summary>One of some texts, which are sorted by their bytes.</summary>
sealed class TextInTest(byte[][] texts) : ValueTest
{
    public override bool Passes(IRowValues record, int field)
    {
        var value = record.Text(field);
        var (low, high) = (0, texts.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = value.SequenceCompareTo(texts[middle]);
            if (order == 0)
                return true;
            (low, high) = order < 0 ? (low, middle - 1) : (middle + 1, high);
        }

        return false;
    }
}

/// <summary>An integer, or an instant in microseconds.</summary>
sealed class IntegerTest(Order order, long operand) : ValueTest
{
    public override bool Passes(IRowValues record, int field)
    {
        var value = record.Integer(field);
        return order switch
        {
            Order.Equal => value == operand,
            Order.Less => value < operand,
            Order.LessOrEqual => value <= operand,
            Order.Greater => value > operand,
            _ => value >= operand,
        };
    }
}

/// <summary>One of some integers, which are sorted.</summary>
sealed class IntegerInTest(long[] operands) : ValueTest
{
    public override bool Passes(IRowValues record, int field) => Array.BinarySearch(operands, record.Integer(field)) >= 0;
}

/// <summary>A floating-point value.</summary>
sealed class RealTest(Order order, double operand) : ValueTest
{
    public override bool Passes(IRowValues record, int field)
    {
        var value = record.Real(field);
        return order switch
        {
            Order.Equal => value == operand,
            Order.Less => value < operand,
            Order.LessOrEqual => value <= operand,
            Order.Greater => value > operand,
            _ => value >= operand,
        };
    }
}

/// <summary>One of some floating-point values, which are sorted.</summary>
sealed class RealInTest(double[] operands) : ValueTest
{
    public override bool Passes(IRowValues record, int field) => Array.BinarySearch(operands, record.Real(field)) >= 0;
}

/// <summary>A truth value.</summary>
sealed class BooleanTest(bool operand) : ValueTest
{
    public override bool Passes(IRowValues record, int field) => record.Boolean(field) == operand;
}

/// <summary>A list of texts with this one among them.</summary>
sealed class TextItemTest(byte[] text) : ValueTest
{
    public override bool Passes(IRowValues record, int field)
    {
        for (var item = 0; item < record.ItemCount(field); item++)
            if (record.TextItem(field, item).SequenceEqual(text))
                return true;
        return false;
    }
}

/// <summary>A list of integers with this one among them.</summary>
sealed class IntegerItemTest(long operand) : ValueTest
{
    public override bool Passes(IRowValues record, int field)
    {
        for (var item = 0; item < record.ItemCount(field); item++)
            if (record.IntegerItem(field, item) == operand)
                return true;
        return false;
    }
}
