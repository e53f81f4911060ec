using System.Numerics;
using CsCheck;
using Varve.Delta.Pruning;

namespace Varve.Delta.Tests.Pruning;

public sealed class DeltaValueTests
{
    static readonly DeltaValue NaN = DeltaValue.Of(double.NaN);

    [Fact]
    public void NaN_equals_itself_and_is_the_greatest_number()
    {
        Assert.Equal(0, DeltaValue.Compare(NaN, NaN));
        Assert.True(DeltaValue.Compare(NaN, DeltaValue.Of(double.PositiveInfinity)) > 0);
        Assert.True(DeltaValue.Compare(DeltaValue.Of(long.MaxValue), NaN) < 0);
        Assert.Equal(DeltaValue.Of(0.0), DeltaValue.Of(-0.0));
        Assert.Equal(DeltaValue.Of(0.0).GetHashCode(), DeltaValue.Of(-0.0).GetHashCode());
    }

    [Fact]
    public void Numbers_compare_by_value_whatever_their_types()
    {
        Assert.True(DeltaValue.Compare(DeltaValue.Of(9007199254740993), DeltaValue.Of(9007199254740992.0)) > 0);
        Assert.Equal(0, DeltaValue.Compare(DeltaValue.OfDecimal(10, 1), DeltaValue.Of(1)));
        Assert.True(DeltaValue.Compare(DeltaValue.OfDecimal(1, 1), DeltaValue.Of(0.1)) < 0);
        Assert.Equal(0, DeltaValue.Compare(DeltaValue.OfDecimal(25, 2), DeltaValue.Of(0.25)));
        Assert.True(DeltaValue.Compare(DeltaValue.OfDecimal(Int128.MaxValue, 0), DeltaValue.OfDecimal(Int128.MaxValue, 38)) > 0);
        Assert.True(DeltaValue.Compare(DeltaValue.OfDecimal(-15, 1), DeltaValue.Of(-1)) < 0);
    }

    [Fact]
    public void A_day_is_its_midnight_and_strings_go_by_their_utf8_bytes()
    {
        Assert.Equal(0, DeltaValue.Compare(DeltaValue.OfDate(-1), DeltaValue.OfTimestamp(-86_400_000_000)));
        Assert.True(DeltaValue.Compare(DeltaValue.Of("\uE000"), DeltaValue.Of("😀")) < 0);
        Assert.Null(DeltaValue.Compare(DeltaValue.Of("1"), DeltaValue.Of(1)));
    }

    [Fact]
    public void Exact_comparison_agrees_with_arithmetic_without_limits()
    {
        var number = Gen.OneOf(
            AnyValues.Of("long"), AnyValues.Of("double"), AnyValues.Of("float"), AnyValues.Of(AnyValues.Decimal), AnyValues.Of(AnyValues.WideDecimal))
            .Where(value => value.Kind != DeltaValueKind.Real || double.IsFinite(value.Real));

        Gen.Select(number, number).Sample(
            (left, right) => Assert.Equal(Math.Sign(Exact(left).CompareTo(Exact(right))), Math.Sign(DeltaValue.Compare(left, right)!.Value)), iter: 20_000, threads: 1);
    }

    /// <summary>The number times 10^10 and 2^1074: whole for every one of them.</summary>
    static BigInteger Exact(DeltaValue value)
    {
        if (value.Kind != DeltaValueKind.Real)
            return (BigInteger)value.Number * BigInteger.Pow(10, 10 - value.Scale) << 1074;
        var whole = BigInteger.Zero;
        var rest = Math.Abs(value.Real);
        var exponent = 0;
        while (rest != Math.Floor(rest))
            (rest, exponent) = (rest * 2, exponent + 1);
        whole = (new BigInteger(rest) * BigInteger.Pow(10, 10)) << (1074 - exponent);
        return value.Real < 0 ? -whole : whole;
    }
}
