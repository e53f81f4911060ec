using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.S3;

namespace Varve.Storage.S3;

/// <summary>Makes the SDK's client: where the server is and which keys it gets.</summary>
static class S3Client
{
    /// <summary>Where the requests of these options go, for messages.</summary>
    public static string Endpoint(S3Options options) => ConfiguredEndpoint(options) ?? "AWS";

    public static AmazonS3Client Create(S3Options options, S3Connections connections)
    {
        var endpoint = ConfiguredEndpoint(options);
        if (endpoint is not null && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            throw Invalid($"The endpoint '{endpoint}' is not an address: write it as https://host or http://host:port.");
        var config = new Config
        {
            ForcePathStyle = options.PathStyle ?? PathStyle(options) ?? endpoint is not null,
            // Checksums in trailers are news to many servers; the signature covers the content anyway.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            IgnoreConfiguredEndpointUrls = true,
            // Retries are the decorator's; the store bounds each request itself.
            MaxErrorRetry = 0,
            HttpClientFactory = connections,
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        var profile = FindProfile(options);
        var region = options.Region ?? Variable(options, "AWS_REGION") ?? Variable(options, "AWS_DEFAULT_REGION") ?? profile?.Region?.SystemName;
        if (endpoint is not null)
        {
            config.ServiceURL = endpoint;
            config.AuthenticationRegion = region ?? "us-east-1";
        }
        else
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(region
                ?? throw Invalid("No region is given: set AWS_REGION, or AWS_ENDPOINT_URL for a server other than AWS."));
        }

        return FindKeys(options, profile) is { } keys ? new AmazonS3Client(keys, config)
            : endpoint is null ? new AmazonS3Client(config)
            : throw Invalid($"There are no keys for {endpoint}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile that has them with AWS_PROFILE.");
    }

    static string? ConfiguredEndpoint(S3Options options) =>
        options.Endpoint ?? Variable(options, "AWS_ENDPOINT_URL_S3") ?? Variable(options, "AWS_ENDPOINT_URL");

    static bool? PathStyle(S3Options options) => Variable(options, "VARVE_S3_PATH_STYLE") switch
    {
        null => null,
        "true" or "1" => true,
        "false" or "0" => false,
        var other => throw Invalid($"VARVE_S3_PATH_STYLE is '{other}': set it to true or false."),
    };

    static AWSCredentials? FindKeys(S3Options options, CredentialProfile? profile)
    {
        var id = options.AccessKeyId ?? Variable(options, "AWS_ACCESS_KEY_ID");
        var secret = options.SecretAccessKey ?? Variable(options, "AWS_SECRET_ACCESS_KEY");
        var session = options.SessionToken ?? Variable(options, "AWS_SESSION_TOKEN");
        if ((id is null) != (secret is null))
            throw Invalid("Only one half of the keys is given: set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.");
        if (id is not null)
            return session is null ? new BasicAWSCredentials(id, secret) : new SessionAWSCredentials(id, secret, session);
        if (profile is null || !profile.CanCreateAWSCredentials)
            return null;
        return profile.GetAWSCredentials(new CredentialProfileStoreChain());
    }

    static CredentialProfile? FindProfile(S3Options options)
    {
        var named = Variable(options, "AWS_PROFILE");
        if (new CredentialProfileStoreChain().TryGetProfile(named ?? "default", out var profile))
            return profile;
        return named is null ? null : throw Invalid($"There is no AWS profile '{named}'. Change AWS_PROFILE.");
    }

    static string? Variable(S3Options options, string name) => options.Environment(name) is { Length: > 0 } value ? value : null;

    static VarveException Invalid(string message) => new(FaultKind.Invalid, message);

    /// <summary>The SDK sends again on a connection that broke, whatever the limit of retries: a conditional put may have landed by then.</summary>
    sealed class Config : AmazonS3Config, IClientConfig
    {
        int IClientConfig.MaxStaleConnectionRetries => 0;
    }
}
