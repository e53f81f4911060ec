using System.Collections;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Varve.Query.Execution;

/// <summary>
/// Small answers by the text that the engine ran. That text names the files, which never change, and instants instead of "now": so the same text has
/// the same answer for as long as anybody asks. The least recently used go first. Safe for several threads.
/// </summary>
sealed class AnswerCache(QueryLimits limits)
{
    const int ValueBytes = 32;

    readonly Lock _lock = new();
    readonly Dictionary<string, LinkedListNode<Entry>> _byKey = new(StringComparer.Ordinal);
    readonly LinkedList<Entry> _byUse = [];

    /// <summary>Bytes held, about.</summary>
    public long Bytes { get; private set; }

    /// <summary>True when the text gives the same answer whenever it is run.</summary>
    public static bool IsRepeatable(string engineSql) =>
        // In a text constant the word does no harm but that its answer is not kept.
        !engineSql.Contains("random", StringComparison.OrdinalIgnoreCase) && !engineSql.Contains("uuid", StringComparison.OrdinalIgnoreCase);

    /// <summary>The answer to a text, or null.</summary>
    public CachedAnswer? Find(string engineSql)
    {
        var key = KeyOf(engineSql);
        lock (_lock)
        {
            if (!_byKey.TryGetValue(key, out var node))
                return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Answer;
        }
    }

    /// <summary>Keeps an answer, unless it is larger than one may be.</summary>
    public void Keep(string engineSql, CachedAnswer answer)
    {
        var bytes = answer.Blocks.Sum(SizeOf) + ValueBytes;
        if (bytes > limits.CachedAnswerBytesMax || !IsRepeatable(engineSql))
            return;
        var key = KeyOf(engineSql);
        lock (_lock)
        {
            if (_byKey.ContainsKey(key))
                return;
            _byKey[key] = _byUse.AddFirst(new Entry(key, answer, bytes));
            Bytes += bytes;
            while (Bytes > limits.CachedAnswersBytesMax)
            {
                var last = _byUse.Last!;
                _byUse.RemoveLast();
                _byKey.Remove(last.Value.Key);
                Bytes -= last.Value.Bytes;
            }
        }
    }

    /// <summary>Bytes of memory that a block holds, about.</summary>
    public static long SizeOf(RowBlock block) => block.Columns.Sum(values => values.Take(block.Count).Sum(SizeOf));

    static long SizeOf(object? value) => value switch
    {
        null => sizeof(long),
        string text => ValueBytes + (2L * text.Length),
        BigInteger large => ValueBytes + large.GetByteCount(),
        IDictionary map => ValueBytes + map.Keys.Cast<object?>().Sum(SizeOf) + map.Values.Cast<object?>().Sum(SizeOf),
        IEnumerable items => ValueBytes + items.Cast<object?>().Sum(SizeOf),
        _ => ValueBytes,
    };

    // Texts name thousands of files: their hash stands for them.
    static string KeyOf(string engineSql) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(engineSql)));

    sealed record Entry(string Key, CachedAnswer Answer, long Bytes);
}

/// <summary>A whole answer.</summary>
sealed record CachedAnswer(IReadOnlyList<ResultColumn> Columns, IReadOnlyList<RowBlock> Blocks, bool IsTruncated);
