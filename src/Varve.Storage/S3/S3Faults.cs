using System.Net;
using System.Net.Sockets;
using System.Xml;
using Amazon.Runtime;

namespace Varve.Storage.S3;

/// <summary>The one place that says what an answer of the server means for the caller.</summary>
static class S3Faults
{
    /// <summary>Whether this comes from the SDK or the network below it.</summary>
    public static bool IsOfStore(Exception fault) =>
        fault is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or SocketException or OperationCanceledException
            or TimeoutException or XmlException;

    /// <summary>Whether the server may have done what it was asked, or may do it when asked again.</summary>
    public static bool IsTransient(Exception fault) =>
        fault is not AmazonServiceException { StatusCode: > 0 } answered || answered.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
            || ((int)answered.StatusCode >= 500 && answered.StatusCode != HttpStatusCode.NotImplemented)
            || answered.ErrorCode is "RequestTimeout" or "SlowDown" or "Throttling" or "ThrottlingException" or "OperationAborted";

    public static VarveException Translate(Exception fault, string verb, S3Address address, string key, string endpoint)
    {
        var what = $"Could not {verb} {(key.Length == 0 ? $"the bucket '{address.Bucket}'" : $"'{key}' in the bucket '{address.Bucket}'")} at {endpoint}";
        if (fault is XmlException || fault.InnerException is XmlException || fault is AmazonUnmarshallingException)
            return new(FaultKind.Invalid, $"{what}: what answers there does not speak S3. Check the endpoint (AWS_ENDPOINT_URL).", fault);
        if (fault is not AmazonServiceException { StatusCode: > 0 } answered)
            return fault is AmazonClientException && fault.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase)
                ? new(FaultKind.Invalid, $"{what}: no keys were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.", fault)
                : new(FaultKind.Unavailable, $"{what}: the server does not answer ({Root(fault)}). Check the endpoint (AWS_ENDPOINT_URL) and the network.", fault);
        var (kind, advice) = Advise(answered, address);
        var code = string.IsNullOrEmpty(answered.ErrorCode) ? "" : $" {answered.ErrorCode}";
        return new(kind, $"{what}: {advice} (the server said {(int)answered.StatusCode}{code}).", fault);
    }

    static (FaultKind Kind, string Advice) Advise(AmazonServiceException fault, S3Address address) => fault.ErrorCode switch
    {
        "NoSuchBucket" => (FaultKind.NotFound, $"there is no bucket '{address.Bucket}'. Make it, or name another with --store s3://bucket/prefix"),
        "InvalidAccessKeyId" => (FaultKind.Invalid, "the server does not know the access key. Check AWS_ACCESS_KEY_ID and the endpoint"),
        "SignatureDoesNotMatch" => (FaultKind.Invalid, "the secret does not fit the access key. Check AWS_SECRET_ACCESS_KEY"),
        "ExpiredToken" or "InvalidToken" => (FaultKind.Invalid, "the session token has expired or is wrong. Get new keys"),
        "RequestTimeTooSkewed" => (FaultKind.Invalid, "the clock of this machine is too far from the server's. Set it, for example by NTP"),
        "PermanentRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" =>
            (FaultKind.Invalid, "the bucket is in another region. Set AWS_REGION to the bucket's"),
        _ when IsTransient(fault) => (FaultKind.Unavailable, "the server is overloaded or broken. Try again later"),
        _ => fault.StatusCode switch
        {
            HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized =>
                (FaultKind.Invalid, "access is denied. The keys need the rights to list the bucket and to get, put and delete its objects"),
            HttpStatusCode.NotImplemented => (FaultKind.Invalid, "the server does not know this request. Use one that speaks S3 in full"),
            HttpStatusCode.Moved or HttpStatusCode.TemporaryRedirect => (FaultKind.Invalid, "the bucket is in another region. Set AWS_REGION to the bucket's"),
            HttpStatusCode.NotFound => (FaultKind.NotFound, "what was asked for is not there. Check the bucket and the endpoint"),
            _ => (FaultKind.Invalid, $"the server refuses it: {fault.Message.TrimEnd('.')}. Check the endpoint and that it speaks S3"),
        },
    };

    static string Root(Exception fault) =>
        fault is OperationCanceledException ? "no answer in time" : fault.InnerException is { } inner ? Root(inner) : fault.Message.TrimEnd('.');
}
