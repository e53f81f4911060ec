using Varve.Generator.Text;

namespace Varve.Generator.World;

/// <summary>A client program and what its connections look like.</summary>
internal sealed class UserAgent(string text, string deviceType, string ja4Client, string botCategory = "")
{
    public byte[] Text { get; } = Ascii.Bytes(text);

    public byte[] DeviceType { get; } = Ascii.Bytes(deviceType);

    /// <summary>The last two parts of the JA4 fingerprint: they tell the program, the first part tells the connection.</summary>
    public byte[] Ja4Client { get; } = Ascii.Bytes(ja4Client);

    /// <summary>Category of a verified bot, else empty.</summary>
    public byte[] BotCategory { get; } = Ascii.Bytes(botCategory);
}
