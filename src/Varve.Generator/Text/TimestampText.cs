using System.Globalization;

namespace Varve.Generator.Text;

/// <summary>RFC 3339 with milliseconds; remembers the text of the last second, as neighbouring records share it.</summary>
internal sealed class TimestampText
{
    readonly byte[] _text = new byte[19];
    long _second = long.MinValue;

    public void Write(TextBuffer output, long unixMilliseconds)
    {
        var second = unixMilliseconds / 1000;
        if (second != _second)
        {
            var time = DateTimeOffset.FromUnixTimeSeconds(second).UtcDateTime;
            time.TryFormat(_text, out _, "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
            _second = second;
        }

        var fraction = (int)(unixMilliseconds - second * 1000);
        output.Raw(_text);
        output.Byte((byte)'.');
        output.Byte((byte)('0' + fraction / 100));
        output.Byte((byte)('0' + fraction / 10 % 10));
        output.Byte((byte)('0' + fraction % 10));
        output.Byte((byte)'Z');
    }
}
