using Varve.Delta.Pruning;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta.Tests.Pruning;

public sealed class PredicateTextTests
{
    static readonly TableSchema Schema = new(
    [
        new DeltaField("level", DeltaType.String), new DeltaField("ts", DeltaType.Timestamp), new DeltaField("ntz", new DeltaType.Primitive("timestamp_ntz")),
        new DeltaField("date", DeltaType.Date), new DeltaField("x", DeltaType.Long), new DeltaField("f", new DeltaType.Primitive("float")),
        new DeltaField("d", DeltaType.Double), new DeltaField("dec", new DeltaType.Primitive("decimal(10,2)")), new DeltaField("flag", DeltaType.Boolean),
        new DeltaField("bin", new DeltaType.Primitive("binary")), new DeltaField("odd name\"", DeltaType.Long), new DeltaField("and", DeltaType.Long),
        new DeltaField("user", new DeltaType.StructOf([new DeltaField("geo", new DeltaType.StructOf([new DeltaField("City", DeltaType.String)]))])),
        new DeltaField("list", new DeltaType.ArrayOf(DeltaType.Long)),
    ]);

    [Theory]
    [InlineData("level = 'error' AND ts >= '2026-11-01T00:00:00Z' AND x IS NOT NULL", "(level = 'error' AND ts >= TIMESTAMP '2026-11-01T00:00:00.000000Z' AND x IS NOT NULL)")]
    [InlineData("x=1 or x != 2 and not x <> 3", "(x = 1 OR (x <> 2 AND (NOT x <> 3)))")]
    [InlineData("(x < 1 OR x <= 2) AND (x > 3 OR x >= -4)", "((x < 1 OR x <= 2) AND (x > 3 OR x >= -4))")]
    [InlineData("x IN (1, 2,3)", "x IN (1, 2, 3)")]
    [InlineData("x NOT IN (1)", "(NOT x IN (1))")]
    [InlineData("x IN (1, NULL)", "(x IN (1) OR NULL)")]
    [InlineData("x BETWEEN 1 AND 2 AND flag", "((x >= 1 AND x <= 2) AND flag = true)")]
    [InlineData("x NOT BETWEEN 1 AND 2", "(NOT (x >= 1 AND x <= 2))")]
    [InlineData("x = NULL", "NULL")]
    [InlineData("TRUE", "TRUE")]
    [InlineData("not false", "(NOT FALSE)")]
    [InlineData("flag = FALSE", "flag = false")]
    [InlineData("level = 'it''s'", "level = 'it''s'")]
    [InlineData("LEVEL = ''", "level = ''")]
    [InlineData("user.geo.city IS NULL", "user.geo.City IS NULL")]
    [InlineData("user IS NULL AND list IS NOT NULL", "(user IS NULL AND list IS NOT NULL)")]
    [InlineData("\"odd name\"\"\" = 1 AND `and` = 2 AND \"user\".`geo`.City = 'x'", "(\"odd name\"\"\" = 1 AND \"and\" = 2 AND user.geo.City = 'x')")]
    [InlineData("x = 1.5 AND dec = 1e2 AND dec = '0.5'", "(x = 1.5 AND dec = 100 AND dec = 0.5)")]
    [InlineData("x = 99999999999999999999", "x = 99999999999999999999")]
    [InlineData("d = .5 AND d = 'NaN' AND d < 'Infinity' AND d = 1e300", "(d = 0.5 AND d = 'NaN' AND d < 'Infinity' AND d = 1E+300)")]
    [InlineData("f = 0.1", "f = 0.10000000149011612")]
    [InlineData("date = '2026-11-01' AND date < DATE '2026-11-02' AND date < TIMESTAMP '2026-11-02T01:00:00Z'",
        "(date = DATE '2026-11-01' AND date < DATE '2026-11-02' AND date < TIMESTAMP '2026-11-02T01:00:00.000000Z')")]
    [InlineData("ts > '2026-11-01' AND ts = TIMESTAMP '2026-11-01 10:20:30.123456+02:00' AND ts < DATE '2026-11-02'",
        "(ts > TIMESTAMP '2026-11-01T00:00:00.000000Z' AND ts = TIMESTAMP '2026-11-01T08:20:30.123456Z' AND ts < DATE '2026-11-02')")]
    [InlineData("ntz = '2026-11-01T10:20:30'", "ntz = TIMESTAMP '2026-11-01T10:20:30.000000'")]
    [InlineData("bin = X'01ff' OR bin = '0x'", "(bin = X'01FF' OR bin = X'')")]
    public void A_condition_is_read(string text, string meaning)
    {
        var predicate = PredicateText.Parse(text, Schema);

        Assert.Equal(meaning, predicate.ToString());
        Assert.Equal(meaning, PredicateText.Parse(meaning, Schema).ToString());
    }

    [Theory]
    [InlineData("", 1, "the name of a column is expected, not the end")]
    [InlineData("x = ", 5, "a value is expected, not the end")]
    [InlineData("nope = 1", 1, "there is no column nope. There are level, ts")]
    [InlineData("user.nope = 1", 1, "there is no column user.nope")]
    [InlineData("x ~ 1", 3, "'~' is not understood")]
    [InlineData("x", 2, "=, <>, <, <=, >, >=, IN, BETWEEN or IS is expected")]
    [InlineData("x = 1 x = 2", 7, "AND, OR or the end is expected, not 'x'")]
    [InlineData("(x = 1", 7, "')' is expected, not the end")]
    [InlineData("x IS 1", 6, "NULL or NOT NULL is expected")]
    [InlineData("x IN 1", 6, "'(' is expected")]
    [InlineData("x IN (1", 8, "',' or ')' is expected")]
    [InlineData("x BETWEEN 1 OR 2", 13, "AND is expected, not 'OR'")]
    [InlineData("x NOT = 1", 7, "IN or BETWEEN is expected")]
    [InlineData("level = 'a", 9, "the ' that opens here is not closed")]
    [InlineData("level = 5", 9, "level is of type string and compares with a text in single quotes")]
    [InlineData("x = 'five'", 5, "x is of type long and compares with a number of up to 38 digits")]
    [InlineData("x = 1.2.3", 5, "x is of type long")]
    [InlineData("x = true", 5, "x is of type long")]
    [InlineData("ts = 'yesterday'", 6, "'yyyy-MM-ddTHH:mm:ss.ffffffZ'")]
    [InlineData("ts = '2026-11-01T00:00:00.1234567Z'", 6, "ts is of type timestamp")]
    [InlineData("date = '2026-02-30'", 8, "date is of type date")]
    [InlineData("list = 1", 8, "only IS NULL and IS NOT NULL")]
    [InlineData("user = 1", 8, "only IS NULL and IS NOT NULL")]
    [InlineData("bin = X'0'", 7, "two hexadecimal digits a byte")]
    [InlineData("5 < x", 1, "the name of a column is expected, not '5'")]
    public void What_is_no_condition_is_refused_with_its_place(string text, int character, string message)
    {
        var fault = Assert.Throws<VarveException>(() => PredicateText.Parse(text, Schema));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.StartsWith($"The condition is wrong at character {character}: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_position_is_a_byte_offset()
    {
        var fault = Assert.Throws<VarveException>(() => PredicateText.Parse("level = 'ü' AND ~", Schema));

        Assert.Equal(17, fault.Detail!.Position);
    }

    [Fact]
    public void A_text_of_the_length_is_read_and_one_longer_is_refused()
    {
        var text = "x = 1".PadRight(PredicateLimits.TextLengthMax);

        Assert.Equal("x = 1", PredicateText.Parse(text, Schema).ToString());
        Assert.Equal(FaultKind.LimitExceeded, Assert.Throws<VarveException>(() => PredicateText.Parse(text + " ", Schema)).Kind);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("NOT ", "")]
    public void A_condition_of_the_depth_is_read_and_one_deeper_is_refused(string open, string close)
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat(open, depth)) + "x = 1" + string.Concat(Enumerable.Repeat(close, depth));

        Assert.EndsWith("x = 1", PredicateText.Parse(Nested(PredicateLimits.DepthMax), Schema).ToString().TrimEnd(')'), StringComparison.Ordinal);
        Assert.Equal(FaultKind.LimitExceeded, Assert.Throws<VarveException>(() => PredicateText.Parse(Nested(PredicateLimits.DepthMax + 1), Schema)).Kind);
    }

    [Fact]
    public void An_IN_of_the_most_values_is_read_and_one_of_more_is_refused()
    {
        string In(int count) => $"x IN ({string.Join(',', Enumerable.Range(0, count))})";

        Assert.Equal(PredicateLimits.InValuesMax, Assert.IsType<Predicate.In>(PredicateText.Parse(In(PredicateLimits.InValuesMax), Schema)).Values.Count);
        Assert.Equal(FaultKind.LimitExceeded, Assert.Throws<VarveException>(() => PredicateText.Parse(In(PredicateLimits.InValuesMax + 1), Schema)).Kind);
    }
}
