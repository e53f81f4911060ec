using System.Collections;
using System.Collections.Concurrent;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Varve.Storage;

namespace Varve.Query.Execution;

/// <summary>
/// Small answers by the text that the engine ran. That text names the files, which never change, and instants instead of "now": so the same text has
/// the same answer for as long as anybody asks. The least recently used go first. Safe for several threads.
/// </summary>
sealed class AnswerCache(QueryLimits limits)
{
    const int ValueBytes = 32;

    readonly ByteCache<string, CachedAnswer> _answers = new(limits.CachedAnswersBytesMax);
    readonly ConcurrentDictionary<string, TaskCompletionSource> _coming = new(StringComparer.Ordinal);

    /// <summary>Bytes held, about.</summary>
    public long Bytes => _answers.Bytes;

    /// <summary>True when the text gives the same answer whenever it is run.</summary>
    public static bool IsRepeatable(string engineSql) =>
        // In a text constant the word does no harm but that its answer is not kept.
        !engineSql.Contains("random", StringComparison.OrdinalIgnoreCase) && !engineSql.Contains("uuid", StringComparison.OrdinalIgnoreCase);

    /// <summary>The answer to a text, or null.</summary>
    public CachedAnswer? Find(string engineSql) => _answers.TryGet(KeyOf(engineSql), out var answer) ? answer : null;

    /// <summary>Keeps an answer, unless it is larger than one may be.</summary>
    public void Keep(string engineSql, CachedAnswer answer)
    {
        var bytes = answer.Blocks.Sum(SizeOf) + ValueBytes;
        if (bytes <= limits.CachedAnswerBytesMax && IsRepeatable(engineSql))
            _answers.Set(KeyOf(engineSql), answer, bytes);
    }

    /// <summary>Says that the answer to a text is coming, until the result is disposed of; null when somebody else has said so.</summary>
    public IDisposable? Begin(string engineSql)
    {
        var (key, done) = (KeyOf(engineSql), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        return _coming.TryAdd(key, done) ? new Coming(this, key, done) : null;
    }

    /// <summary>Waits until the answer to a text is no longer coming: then it is known, or will not be.</summary>
    public Task ComingAsync(string engineSql) => _coming.TryGetValue(KeyOf(engineSql), out var done) ? done.Task : Task.CompletedTask;

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

    sealed class Coming(AnswerCache cache, string key, TaskCompletionSource done) : IDisposable
    {
        public void Dispose()
        {
            if (cache._coming.TryRemove(new KeyValuePair<string, TaskCompletionSource>(key, done)))
                done.SetResult();
        }
    }
}

/// <summary>A whole answer.</summary>
sealed record CachedAnswer(IReadOnlyList<ResultColumn> Columns, IReadOnlyList<RowBlock> Blocks, bool IsTruncated);
