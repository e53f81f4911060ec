using System.Globalization;

namespace Varve.Delta.Pruning;

/// <summary>Numbers of ten from their text, exactly.</summary>
static class DecimalText
{
    const int DigitsMax = 38;

    /// <summary>The number as a whole number and a scale; null when the text is none, or needs more than 38 digits.</summary>
    public static (Int128 Unscaled, int Scale)? Parse(ReadOnlySpan<char> text)
    {
        var exponent = 0;
        if (text.IndexOfAny('e', 'E') is >= 0 and var mark)
        {
            if (!int.TryParse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                || Math.Abs(exponent) > 2 * DigitsMax)
                return null;
            text = text[..mark];
        }

        var isNegative = text is ['-', ..];
        if (text is ['-' or '+', ..])
            text = text[1..];
        Int128 unscaled = 0;
        var (scale, digits, seenDigit, seenPoint) = (0, 0, false, false);
        foreach (var character in text)
        {
            if (character == '.' && !seenPoint)
            {
                seenPoint = true;
                continue;
            }

            if (!char.IsAsciiDigit(character))
                return null;
            seenDigit = true;
            if ((unscaled != 0 || character != '0') && ++digits > DigitsMax)
                return null;
            unscaled = (unscaled * 10) + (character - '0');
            scale += seenPoint ? 1 : 0;
        }

        return seenDigit ? Shift(isNegative ? -unscaled : unscaled, scale - exponent, digits) : null;
    }

    /// <summary>The number at another scale; null when digits that are no zeros would be lost, or there would be too many.</summary>
    public static Int128? Rescale(Int128 unscaled, int from, int to)
    {
        if (to < from)
            return Int128.DivRem(unscaled, DeltaValue.PowerOfTen(from - to)) is (var whole, var rest) && rest == 0 ? whole : null;
        if (to - from > DigitsMax)
            return unscaled == 0 ? 0 : null;
        var factor = DeltaValue.PowerOfTen(to - from);
        return Int128.Abs(unscaled) > Int128.MaxValue / factor ? null : unscaled * factor;
    }

    static (Int128, int)? Shift(Int128 unscaled, int scale, int digits)
    {
        if (unscaled == 0)
            return (0, Math.Clamp(scale, 0, DigitsMax));
        if (scale < 0)
            return digits - scale > DigitsMax ? null : (unscaled * DeltaValue.PowerOfTen(-scale), 0);
        while (scale > DigitsMax)
        {
            var (whole, rest) = Int128.DivRem(unscaled, 10);
            if (rest != 0)
                return null;
            (unscaled, scale) = (whole, scale - 1);
        }

        return (unscaled, scale);
    }
}
