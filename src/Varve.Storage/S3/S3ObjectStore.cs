using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace Varve.Storage.S3;

/// <summary>
/// A bucket of any server that speaks S3, or a folder in it. It sends each request once: <see cref="RetryingObjectStore"/> repeats those
/// that can be repeated. Conditional puts need a server that honours <c>If-None-Match: *</c>.
/// </summary>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    const int ConflictAttemptsMax = 4;
    const int DeletesMax = 1000;

    readonly S3Address _address;
    readonly S3Requests _requests;
    readonly S3Options _options;
    readonly S3Connections _connections;
    readonly AmazonS3Client _client;
    volatile bool _bucketSeen;

    /// <param name="url"><c>s3://bucket/prefix</c>. The bucket has to exist; it is not asked for before the first request.</param>
    /// <param name="options">Where the server is, and the keys; null stands for what the environment says.</param>
    public S3ObjectStore(string url, S3Options? options = null)
    {
        _options = options ?? new S3Options();
        _address = S3Address.Parse(url);
        _connections = new S3Connections(_options.RequestTimeout);
        _client = S3Client.Create(_options, _connections);
        _requests = new S3Requests(_address, S3Client.Endpoint(_options), _options);
    }

    /// <inheritdoc/>
    public string Root => _address.Root;

    string Bucket => _address.Bucket;

    /// <inheritdoc/>
    public string? LocalPath(string path) => null;

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) => GetAsync(path, range: null, cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> ReadRangeAsync(string path, long offset, int length, CancellationToken cancellationToken)
    {
        StorePath.CheckRange(path, offset, length);
        return GetAsync(path, new ByteRange(offset, offset + length - 1), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<byte[]?> ReadSuffixAsync(string path, int length, CancellationToken cancellationToken)
    {
        StorePath.CheckRange(path, 0, length);
        return GetAsync(path, new ByteRange($"bytes=-{length}"), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ObjectInfo?> HeadAsync(string path, CancellationToken cancellationToken)
    {
        var key = _address.Key(path);
        var found = await _requests.SendAsync("look at", key, 0, token => FindAsync(key, token), cancellationToken);
        return found is null ? null : new ObjectInfo(path, found.ContentLength, ToTime(found.LastModified)) { ETag = ToTag(found.ETag) };
    }

    /// <summary>
    /// One request whatever the size, up to what memory holds: a put in parts is only conditional where the server looks at the condition
    /// when the parts are joined, and those that do not would replace the object without a word.
    /// </summary>
    /// <inheritdoc/>
    public async Task<PutOutcome> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var key = _address.Key(path);
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await _requests.SendAsync("create", key, content.Length, token => PutOnceAsync(key, content, cancellationToken, token), cancellationToken);
            if (outcome is { } known)
                return known;
            if (attempt == ConflictAttemptsMax)
                return PutOutcome.Unknown;
            await Task.Delay(TimeSpan.FromMilliseconds(_options.Random() * (50 << attempt)), _options.Clock, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var key = _address.Key(path);
        return content.Length >= _options.MultipartBytesMin
            ? new MultipartPut(_client, _requests, Bucket, key, _options.PartBytes).RunAsync(content, cancellationToken)
            : _requests.SendAsync("write", key, content.Length, token => _client.PutObjectAsync(NewPut(key, content), token), cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        string prefix, string? startAfter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in PagesAsync(prefix, startAfter, delimiter: null, cancellationToken))
            foreach (var found in page.S3Objects ?? [])
                // Marks of empty folders, and names that no path of a store has, are other programs' own.
                if (ToPath(page, found.Key) is { } path)
                    yield return new ObjectInfo(path, found.Size ?? 0, ToTime(found.LastModified)) { ETag = ToTag(found.ETag) };
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var page in PagesAsync(prefix, startAfter: null, delimiter: "/", cancellationToken))
            foreach (var folder in page.CommonPrefixes ?? [])
                if (ToPath(page, folder, isFolder: true) is { } path)
                    names.Add(path[prefix.Length..]);
        names.Sort(StorePath.Order);
        return names;
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        var key = _address.Key(path);
        return _requests.SendAsync("delete", key, 0, token => _client.DeleteObjectAsync(Bucket, key, token), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DeleteManyAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        var keys = paths.Select(_address.Key).ToLookup(static key => key.Any(char.IsControl));
        foreach (var batch in keys[false].Chunk(DeletesMax))
            await _requests.SendAsync("delete", batch[0], 0, token => DeleteBatchAsync(batch, token), cancellationToken);
        // XML, which lists the keys of a batch, has no way to write control characters.
        foreach (var key in keys[true])
            await _requests.SendAsync("delete", key, 0, token => _client.DeleteObjectAsync(Bucket, key, token), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _connections.Dispose();
    }

    Task<byte[]?> GetAsync(string path, ByteRange? range, CancellationToken cancellationToken)
    {
        var key = _address.Key(path);
        return _requests.SendAsync<byte[]?>("read", key, 0, async token =>
        {
            try
            {
                using var response = await _client.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = key, ByteRange = range }, token.Value);
                if (range is not null && response.HttpStatusCode != HttpStatusCode.PartialContent)
                    throw new VarveException(FaultKind.Invalid, $"The server of {Root} sends whole objects when asked for a part. Use one that knows ranges.");
                token.Allow(response.ContentLength);
                var content = new byte[response.ContentLength];
                await response.ResponseStream.ReadExactlyAsync(content, token.Value);
                return content;
            }
            catch (AmazonS3Exception fault) when (fault.ErrorCode == "NoSuchKey")
            {
                return null;
            }
            catch (AmazonS3Exception fault) when (range is not null && fault.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                return [];
            }
        }, cancellationToken);
    }

    async Task<GetObjectMetadataResponse?> FindAsync(string key, CancellationToken token)
    {
        try
        {
            return await _client.GetObjectMetadataAsync(Bucket, key, token);
        }
        catch (AmazonS3Exception fault) when (fault.StatusCode == HttpStatusCode.NotFound)
        {
            // The answer to HEAD has no text to say whether the object is missing or the bucket.
            if (!_bucketSeen)
                await _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, Prefix = key, MaxKeys = 1 }, token);
            _bucketSeen = true;
            return null;
        }
    }

    /// <summary>Null when the server asks to try again: of two puts at once it has done neither.</summary>
    async Task<PutOutcome?> PutOnceAsync(string key, ReadOnlyMemory<byte> content, CancellationToken callers, CancellationToken token)
    {
        var request = NewPut(key, content);
        request.IfNoneMatch = "*";
        try
        {
            await _client.PutObjectAsync(request, token);
            return PutOutcome.Created;
        }
        catch (AmazonS3Exception fault) when (fault.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            return PutOutcome.Exists;
        }
        catch (AmazonS3Exception fault) when (fault.StatusCode == HttpStatusCode.Conflict)
        {
            return null;
        }
        catch (Exception fault) when (S3Faults.IsOfStore(fault) && S3Faults.IsTransient(fault) && !callers.IsCancellationRequested)
        {
            return PutOutcome.Unknown;
        }
    }

    PutObjectRequest NewPut(string key, ReadOnlyMemory<byte> content) => new()
    {
        BucketName = Bucket,
        Key = key,
        InputStream = S3Requests.ToStream(content),
        ContentType = "application/octet-stream",
        // Signed as a whole: not every server knows signatures by chunk.
        UseChunkEncoding = false,
    };

    async Task<bool> DeleteBatchAsync(string[] keys, CancellationToken token)
    {
        try
        {
            await _client.DeleteObjectsAsync(
                new DeleteObjectsRequest { BucketName = Bucket, Quiet = true, Objects = [.. keys.Select(key => new KeyVersion { Key = key })] }, token);
        }
        catch (DeleteObjectsException fault) when (fault.Response?.DeleteErrors is [{ } first, ..])
        {
            throw new VarveException(
                first.Code is "InternalError" or "SlowDown" ? FaultKind.Unavailable : FaultKind.Invalid,
                $"Could not delete '{first.Key}' in the bucket '{Bucket}': {first.Code} {first.Message}. The keys need the right to delete objects.", fault);
        }

        return true;
    }

    async IAsyncEnumerable<ListObjectsV2Response> PagesAsync(
        string prefix, string? startAfter, string? delimiter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StorePath.CheckPrefix(prefix);
        var request = new ListObjectsV2Request
        {
            BucketName = Bucket,
            Prefix = _address.Prefix + prefix,
            StartAfter = startAfter is null ? null : _address.Prefix + startAfter,
            Delimiter = delimiter,
            Encoding = EncodingType.Url,
        };
        bool more;
        do
        {
            var page = await _requests.SendAsync("list", request.Prefix, 0, token => _client.ListObjectsV2Async(request, token), cancellationToken);
            yield return page;
            request.ContinuationToken = page.NextContinuationToken;
            more = page.IsTruncated == true && page.NextContinuationToken is not null;
        }
        while (more);
    }

    /// <summary>The path of a key as a listing writes it, or null when it is none of a store.</summary>
    string? ToPath(ListObjectsV2Response page, string listed, bool isFolder = false)
    {
        // Escaped when the server says so, for XML cannot hold every key; the SDK leaves it as it is.
        var key = page.Encoding == EncodingType.Url ? WebUtility.UrlDecode(listed) : listed;
        var path = key[_address.Prefix.Length..(isFolder ? ^1 : ^0)];
        return StorePath.IsPath(path) ? path : null;
    }

    // Some servers write the quotes of HTTP in one answer and leave them out in another.
    static string? ToTag(string? tag) => tag?.Trim('"') is { Length: > 0 } bare ? bare : null;

    static DateTimeOffset ToTime(DateTime? time) => time is { } known ? new DateTimeOffset(known.ToUniversalTime()) : DateTimeOffset.UnixEpoch;
}
