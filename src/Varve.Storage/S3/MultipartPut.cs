using Amazon.S3;
using Amazon.S3.Model;

namespace Varve.Storage.S3;

/// <summary>Puts one object in parts, a few at once. Either the object is there whole at the end, or nothing of it is kept.</summary>
sealed class MultipartPut(AmazonS3Client client, S3Requests requests, string bucket, string key, int partBytes)
{
    const int PartsAtOnce = 4;

    public async Task RunAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var begin = new InitiateMultipartUploadRequest { BucketName = bucket, Key = key, ContentType = "application/octet-stream" };
        var upload = (await requests.SendAsync("write", key, 0, token => client.InitiateMultipartUploadAsync(begin, token), cancellationToken)).UploadId;
        try
        {
            var parts = new PartETag[(content.Length + partBytes - 1) / partBytes];
            await Parallel.ForAsync(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = PartsAtOnce, CancellationToken = cancellationToken },
                async (index, token) => parts[index] = await PutPartAsync(upload, index, content, token));
            var end = new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload, PartETags = [.. parts] };
            await requests.SendAsync("write", key, content.Length, token => client.CompleteMultipartUploadAsync(end, token), cancellationToken);
        }
        catch
        {
            await AbortAsync(upload);
            throw;
        }
    }

    async Task<PartETag> PutPartAsync(string upload, int index, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var offset = index * partBytes;
        var part = content.Slice(offset, Math.Min(partBytes, content.Length - offset));
        var request = new UploadPartRequest
        {
            BucketName = bucket,
            Key = key,
            UploadId = upload,
            PartNumber = index + 1,
            PartSize = part.Length,
            InputStream = S3Requests.ToStream(part),
            UseChunkEncoding = false,
        };
        var answer = await requests.SendAsync("write", key, part.Length, token => client.UploadPartAsync(request, token), cancellationToken);
        return new PartETag(index + 1, answer.ETag);
    }

    /// <summary>Also after a cancellation. When it fails, the bucket's own rule for parts that were never joined clears them.</summary>
    async Task AbortAsync(string upload)
    {
        try
        {
            await requests.SendAsync("clear the parts of", key, 0, token => client.AbortMultipartUploadAsync(bucket, key, upload, token), CancellationToken.None);
        }
        catch (VarveException)
        {
            // The fault that led here is the one to tell.
        }
    }
}
