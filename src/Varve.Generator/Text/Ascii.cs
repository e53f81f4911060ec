using System.Diagnostics;
using System.Text;

namespace Varve.Generator.Text;

/// <summary>Text of the generator's own tables as bytes that can stand in a JSON string unescaped.</summary>
internal static class Ascii
{
    public static byte[] Bytes(string text)
    {
        Debug.Assert(text.All(c => c is >= ' ' and <= '~' and not '"' and not '\\'), text);
        return Encoding.ASCII.GetBytes(text);
    }

    public static byte[][] Lines(params string[] texts) => [.. texts.Select(Bytes)];
}
