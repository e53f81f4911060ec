using System.Globalization;
using System.Numerics;
using System.Text;
using Varve.Delta.Scan;

namespace Varve.Delta.Pruning;

/// <summary>
/// A value of a primitive type that is not null. Numbers compare by value whatever their types are, and so do days and times; a day is its
/// midnight. NaN equals NaN and is the greatest number; -0.0 equals 0.0.
/// </summary>
public readonly struct DeltaValue : IEquatable<DeltaValue>
{
    const long MicrosecondsOfDay = 86_400_000_000;

    // A boolean, whole number, day, microseconds, or the bits of a floating point number.
    readonly Int128 _number;
    readonly int _scale;
    readonly byte[]? _bytes;

    DeltaValue(DeltaValueKind kind, Int128 number, int scale = 0, byte[]? bytes = null) =>
        (Kind, _number, _scale, _bytes) = (kind, number, scale, bytes);

    /// <summary>What it is.</summary>
    public DeltaValueKind Kind { get; }

    /// <summary>The digits after the point of a decimal, else 0.</summary>
    public int Scale => _scale;

    /// <summary>The whole number of a boolean (0 or 1), integer, decimal (without its point), date (days) or timestamp (microseconds).</summary>
    public Int128 Number => Kind is DeltaValueKind.Real or DeltaValueKind.String or DeltaValueKind.Binary
        ? throw new InvalidOperationException($"A {Kind} is no whole number.") : _number;

    /// <summary>The floating point number.</summary>
    public double Real => Kind == DeltaValueKind.Real
        ? BitConverter.Int64BitsToDouble((long)_number)
        : throw new InvalidOperationException($"A {Kind} is no floating point number.");

    /// <summary>The bytes of a binary, or the UTF-8 bytes of a string.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>True or false.</summary>
    public static DeltaValue Of(bool value) => new(DeltaValueKind.Boolean, value ? 1 : 0);

    /// <summary>A whole number.</summary>
    public static DeltaValue Of(long value) => new(DeltaValueKind.Integer, value);

    /// <summary>A floating point number.</summary>
    public static DeltaValue Of(double value) => new(DeltaValueKind.Real, BitConverter.DoubleToInt64Bits(value));

    /// <summary>Text.</summary>
    public static DeltaValue Of(string value) => OfUtf8(Encoding.UTF8.GetBytes(value));

    /// <summary>Text in UTF-8; the bytes are kept, not copied.</summary>
    public static DeltaValue OfUtf8(byte[] value) => new(DeltaValueKind.String, 0, 0, value);

    /// <summary>Bytes; they are kept, not copied.</summary>
    public static DeltaValue OfBinary(byte[] value) => new(DeltaValueKind.Binary, 0, 0, value);

    /// <summary>A decimal of <paramref name="scale"/> digits after the point.</summary>
    public static DeltaValue OfDecimal(Int128 unscaled, int scale) => new(DeltaValueKind.Decimal, unscaled, scale);

    /// <summary>A day, counted from 1970.</summary>
    public static DeltaValue OfDate(int day) => new(DeltaValueKind.Date, day);

    /// <summary>An instant in microseconds since 1970.</summary>
    public static DeltaValue OfTimestamp(long microseconds) => new(DeltaValueKind.Timestamp, microseconds);

    /// <summary>A time of a clock without zone, in microseconds since 1970.</summary>
    public static DeltaValue OfTimestampNtz(long microseconds) => new(DeltaValueKind.TimestampNtz, microseconds);

    /// <summary>Whether values of the kinds compare.</summary>
    public static bool AreComparable(DeltaValueKind left, DeltaValueKind right) =>
        left == right || (IsNumber(left) && IsNumber(right)) || (IsTime(left) && IsTime(right));

    /// <summary>Less than, equal to or greater than zero as left is to right; null when they do not compare.</summary>
    public static int? Compare(in DeltaValue left, in DeltaValue right)
    {
        if (!AreComparable(left.Kind, right.Kind))
            return null;
        if (left.Kind == DeltaValueKind.Real || right.Kind == DeltaValueKind.Real)
            return left.Kind != right.Kind
                ? left.Kind == DeltaValueKind.Real ? CompareReal(left.Real, right) : -CompareReal(right.Real, left)
                : CompareReal(left.Real, right.Real);
        if (left.Kind is DeltaValueKind.String or DeltaValueKind.Binary)
            return left.Bytes.SequenceCompareTo(right.Bytes);
        if (IsTime(left.Kind) && left.Kind != right.Kind)
            return left.Microseconds.CompareTo(right.Microseconds);
        return CompareScaled(left._number, left._scale, right._number, right._scale);
    }

    /// <summary>The order of floating point numbers: NaN is greatest and equals itself.</summary>
    internal static int CompareReal(double left, double right) =>
        left < right ? -1 : left > right ? 1 : left == right ? 0 : double.IsNaN(left).CompareTo(double.IsNaN(right));

    /// <summary>Ten to a power of 0 to 38.</summary>
    internal static Int128 PowerOfTen(int exponent)
    {
        Int128 power = 1;
        for (var i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }

    /// <inheritdoc/>
    public bool Equals(DeltaValue other) => Kind == other.Kind && Compare(this, other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DeltaValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Kind);
        if (Kind == DeltaValueKind.Real)
            hash.Add(Real == 0 ? 0 : Real);
        else if (Kind == DeltaValueKind.Decimal)
            // Of equal decimals of other scales the whole parts are the same.
            hash.Add(Split(_number, _scale).Whole);
        else
            hash.Add(_number);
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>Equality of <see cref="Equals(DeltaValue)"/>.</summary>
    public static bool operator ==(DeltaValue left, DeltaValue right) => left.Equals(right);

    /// <summary>Its opposite.</summary>
    public static bool operator !=(DeltaValue left, DeltaValue right) => !left.Equals(right);

    /// <summary>The literal that <see cref="PredicateText"/> reads as this value.</summary>
    public override string ToString() => Kind switch
    {
        DeltaValueKind.Boolean => _number != 0 ? "true" : "false",
        DeltaValueKind.Integer => _number.ToString(CultureInfo.InvariantCulture),
        DeltaValueKind.Decimal => RowText.DecimalText(_number, _scale),
        DeltaValueKind.Real => double.IsFinite(Real)
            ? Real.ToString("R", CultureInfo.InvariantCulture)
            : $"'{Real.ToString(CultureInfo.InvariantCulture)}'",
        DeltaValueKind.String => $"'{Encoding.UTF8.GetString(Bytes).Replace("'", "''", StringComparison.Ordinal)}'",
        DeltaValueKind.Binary => $"X'{Convert.ToHexString(Bytes)}'",
        DeltaValueKind.Date => $"DATE '{RowText.DateText((long)_number)}'",
        DeltaValueKind.Timestamp => $"TIMESTAMP '{RowText.TimestampText((long)_number)}Z'",
        _ => $"TIMESTAMP '{RowText.TimestampText((long)_number)}'",
    };

    Int128 Microseconds => Kind == DeltaValueKind.Date ? _number * MicrosecondsOfDay : _number;

    static bool IsNumber(DeltaValueKind kind) => kind is DeltaValueKind.Integer or DeltaValueKind.Decimal or DeltaValueKind.Real;

    static bool IsTime(DeltaValueKind kind) => kind is DeltaValueKind.Date or DeltaValueKind.Timestamp or DeltaValueKind.TimestampNtz;

    /// <summary>Whole parts first: what is multiplied then is a fraction, and fits.</summary>
    static int CompareScaled(Int128 left, int leftScale, Int128 right, int rightScale)
    {
        if (leftScale == rightScale)
            return left.CompareTo(right);
        var (leftWhole, leftRest) = Split(left, leftScale);
        var (rightWhole, rightRest) = Split(right, rightScale);
        if (leftWhole != rightWhole)
            return leftWhole.CompareTo(rightWhole);
        return leftScale < rightScale
            ? (leftRest * PowerOfTen(rightScale - leftScale)).CompareTo(rightRest)
            : leftRest.CompareTo(rightRest * PowerOfTen(leftScale - rightScale));
    }

    static (Int128 Whole, Int128 Fraction) Split(Int128 number, int scale)
    {
        var (whole, rest) = Int128.DivRem(number, PowerOfTen(scale));
        return rest < 0 ? (whole - 1, rest + PowerOfTen(scale)) : (whole, rest);
    }

    /// <summary>Exact: the floating point number is a fraction of two, the other one of ten.</summary>
    static int CompareReal(double real, in DeltaValue number)
    {
        if (!double.IsFinite(real))
            return double.IsNegativeInfinity(real) ? -1 : 1;
        const int FractionBits = 52, ExponentBias = 1075;
        var bits = BitConverter.DoubleToInt64Bits(Math.Abs(real));
        var exponent = (int)(bits >> FractionBits);
        BigInteger left = (bits & ((1L << FractionBits) - 1)) | (exponent > 0 ? 1L << FractionBits : 0);
        BigInteger right = number._number;
        var power = (exponent > 0 ? exponent : 1) - ExponentBias;
        left *= BigInteger.Pow(10, number._scale) * Math.Sign(real);
        return power >= 0 ? (left << power).CompareTo(right) : left.CompareTo(right << -power);
    }
}
