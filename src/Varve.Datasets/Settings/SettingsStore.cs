using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Varve.Storage;

namespace Varve.Datasets.Settings;

/// <summary>
/// Settings as small JSON documents in the object store, beside the tables. A document is a row of objects, one for each version, that are
/// only ever created, never replaced: the store decides who was first, and what was before stays. Safe to use from many threads and processes.
/// </summary>
/// <param name="store">Where they lie.</param>
/// <param name="clock">The clock that a version is stamped with.</param>
/// <param name="newId">Makes the id of a write; a version 7 UUID of the clock when null.</param>
public sealed class SettingsStore(IObjectStore store, TimeProvider clock, Func<Guid>? newId = null)
{
    /// <summary>Most bytes of a document.</summary>
    public const int DocumentBytesMax = 1 << 20;

    const int AttemptsMax = 10;
    const int VersionDigits = 20;
    const string Extension = ".json";

    readonly Func<Guid> _newId = newId ?? (() => Guid.CreateVersion7(clock.GetUtcNow()));

    /// <summary>The newest version; <see cref="SettingsVersion.None"/> when the document was never written.</summary>
    /// <exception cref="VarveException">The object is damaged, or the store does not answer.</exception>
    public async Task<SettingsVersion> NewestAsync(SettingsName name, CancellationToken cancellationToken)
    {
        var newest = 0L;
        await foreach (var found in store.ListAsync(name.Folder + "/", startAfter: null, cancellationToken))
            if (VersionOf(found.Path, name.Folder) is { } version)
                newest = version;
        return newest == 0 ? SettingsVersion.None : await ReadAsync(name, newest, cancellationToken);
    }

    /// <summary>
    /// The newest version when it is newer than one that the caller has; else null. It asks for the next versions by their names, which costs
    /// a tenth of a listing where requests are paid for.
    /// </summary>
    /// <exception cref="VarveException">As <see cref="NewestAsync"/>.</exception>
    public async Task<SettingsVersion?> NewerAsync(SettingsName name, long known, CancellationToken cancellationToken)
    {
        byte[]? newest = null;
        var version = known;
        while (await store.ReadAsync(PathOf(name, version + 1), cancellationToken) is { } next)
            (newest, version) = (next, version + 1);
        return newest is null ? null : Parse(newest, version, PathOf(name, version));
    }

    /// <summary>One version.</summary>
    /// <exception cref="VarveException">
    /// There is no such version (<see cref="FaultKind.NotFound"/>), it is damaged, or the store does not answer.
    /// </exception>
    public async Task<SettingsVersion> ReadAsync(SettingsName name, long version, CancellationToken cancellationToken)
    {
        var path = PathOf(name, version);
        var content = await store.ReadAsync(path, cancellationToken) ?? throw new VarveException(FaultKind.NotFound, $"There is no {path}.");
        return Parse(content, version, path);
    }

    /// <summary>The newest version's number of every document below a folder of an account's settings, by name in ordinal order.</summary>
    public async IAsyncEnumerable<(SettingsName Name, long Version)> ListAsync(
        string account, string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var root = new SettingsName(account, folder).Folder;
        (SettingsName Name, long Version)? newest = null;
        await foreach (var found in store.ListAsync(root + "/", startAfter: null, cancellationToken))
        {
            var end = found.Path.LastIndexOf('/');
            if (end <= root.Length || VersionOf(found.Path, found.Path[..end]) is not { } version)
                continue;
            var name = new SettingsName(account, $"{folder}/{found.Path[(root.Length + 1)..end]}");
            if (newest is { } before && before.Name != name)
                yield return before;
            newest = (name, version);
        }

        if (newest is { } last)
            yield return last;
    }

    /// <summary>Creates a version. False when another writer had created it before: its document stands then.</summary>
    /// <param name="name">The document.</param>
    /// <param name="version">The number after the newest that the caller knows.</param>
    /// <param name="document">The content; null takes the document away.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <exception cref="VarveException">The document is too large, or the store does not answer: then the version may be there or not.</exception>
    public async Task<bool> TryWriteAsync(SettingsName name, long version, JsonElement? document, CancellationToken cancellationToken)
    {
        var (path, id) = (PathOf(name, version), _newId());
        var content = Write(version, id, document);
        if (content.Length > DocumentBytesMax)
            throw new VarveException(FaultKind.LimitExceeded,
                $"The document {name.Path} has {content.Length} bytes; {DocumentBytesMax} are the most. Make it smaller.");
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            if (await PutAsync(path, content, cancellationToken) == PutOutcome.Created)
                return true;
            // It may be there since an earlier attempt of this very write was done though its answer was lost. While it is not there, the same
            // put is sent again: whichever of the two lands has this id.
            if (await store.ReadAsync(path, cancellationToken) is { } present)
                return Parse(present, version, path).WriteId == id;
        }

        throw new VarveException(FaultKind.Unavailable,
            $"The store does not say whether {path} was written. Read the document again before you try anew.");
    }

    /// <summary>
    /// Writes what a change makes of the newest version; of a version that another writer made meanwhile, anew. A change that gives the
    /// document that is there already, or takes away what is not there, writes nothing.
    /// </summary>
    /// <param name="name">The document.</param>
    /// <param name="expected">The version that has to be the newest; null for any.</param>
    /// <param name="change">Gives the new document, null to take it away. It may throw to refuse.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <returns>The newest version, as it is now.</returns>
    /// <exception cref="VarveException">
    /// Another version is the newest (<see cref="FaultKind.Conflict"/>), or as <see cref="TryWriteAsync"/>.
    /// </exception>
    public async Task<SettingsVersion> UpdateAsync(
        SettingsName name, long? expected, Func<SettingsVersion, JsonElement?> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            var newest = await NewestAsync(name, cancellationToken);
            if (expected is { } version && version != newest.Version)
                throw Stale(name, version, newest.Version);
            var document = change(newest);
            if (IsSame(newest.Document, document))
                return newest;
            if (await TryWriteAsync(name, newest.Version + 1, document, cancellationToken))
                return await ReadAsync(name, newest.Version + 1, cancellationToken);
        }

        throw new VarveException(FaultKind.Unavailable, $"Other writers changed {name.Path} {AttemptsMax} times meanwhile. Try again.");
    }

    async Task<PutOutcome> PutAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        try
        {
            return await store.PutIfAbsentAsync(path, content, cancellationToken);
        }
        catch (VarveException fault) when (fault.Kind == FaultKind.Unavailable)
        {
            return PutOutcome.Unknown;
        }
    }

    static bool IsSame(JsonElement? a, JsonElement? b) =>
        a is { } one && b is { } other ? JsonElement.DeepEquals(one, other) : a is null && b is null;

    static VarveException Stale(SettingsName name, long expected, long newest) =>
        new(FaultKind.Conflict,
            $"{name.Path} is at version {newest}, not {expected}: it was changed meanwhile. Read it, make your change again and send that.")
        {
            Detail = new FaultDetail("precondition_failed"),
        };

    static string PathOf(SettingsName name, long version) =>
        $"{name.Folder}/{version.ToString("D" + VersionDigits, CultureInfo.InvariantCulture)}{Extension}";

    static long? VersionOf(string path, string folder)
    {
        var name = path.AsSpan(Math.Min(path.Length, folder.Length + 1));
        if (name.Length != VersionDigits + Extension.Length || !name.EndsWith(Extension, StringComparison.Ordinal))
            return null;
        return long.TryParse(name[..VersionDigits], NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0 ? version : null;
    }

    byte[] Write(long version, Guid id, JsonElement? document)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("version", version);
            json.WriteString("writeId", id);
            json.WriteString("writtenAt", clock.GetUtcNow());
            json.WritePropertyName("document");
            if (document is { } content)
                content.WriteTo(json);
            else
                json.WriteNullValue();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    static SettingsVersion Parse(byte[] content, long version, string path)
    {
        try
        {
            using var json = JsonDocument.Parse(content);
            var document = json.RootElement.GetProperty("document");
            return new SettingsVersion(version, document.ValueKind == JsonValueKind.Null ? null : document.Clone())
            {
                WriteId = json.RootElement.GetProperty("writeId").GetGuid(),
                WrittenAt = json.RootElement.GetProperty("writtenAt").GetDateTimeOffset(),
            };
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new VarveException(FaultKind.Corrupt,
                $"{path} is no settings document: {fault.Message} Restore it, or delete it to go back to the version before.", fault);
        }
    }
}
