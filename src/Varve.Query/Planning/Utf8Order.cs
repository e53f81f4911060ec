namespace Varve.Query.Planning;

/// <summary>Orders strings by their UTF-8 bytes, as Delta statistics and DuckDB do. UTF-16 order differs where surrogates meet U+E000 and above.</summary>
static class Utf8Order
{
    public static int Compare(string a, string b)
    {
        var length = Math.Min(a.Length, b.Length);
        for (var i = 0; i < length; i++)
            if (a[i] != b[i])
                return Rank(a[i]) - Rank(b[i]);
        return a.Length - b.Length;
    }

    static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
