namespace Varve.Storage.S3;

/// <summary>How a bucket is reached. What is left null is looked up in the environment and then in the shared AWS profile.</summary>
public sealed class S3Options
{
    /// <summary>Address of the server, as <c>https://host:port</c>; null stands for AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, else AWS itself.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Region; null stands for AWS_REGION, else the profile's, else <c>us-east-1</c> at an endpoint of one's own.</summary>
    public string? Region { get; init; }

    /// <summary>
    /// Whether the bucket goes into the path (<c>https://host/bucket</c>) or before the host; null stands for VARVE_S3_PATH_STYLE, else
    /// true at an endpoint of one's own and false at AWS.
    /// </summary>
    public bool? PathStyle { get; init; }

    /// <summary>Access key; null stands for AWS_ACCESS_KEY_ID, else the keys of the profile.</summary>
    public string? AccessKeyId { get; init; }

    /// <summary>Secret of the access key; null stands for AWS_SECRET_ACCESS_KEY.</summary>
    public string? SecretAccessKey { get; init; }

    /// <summary>Session token of temporary keys; null stands for AWS_SESSION_TOKEN.</summary>
    public string? SessionToken { get; init; }

    /// <summary>How long a request may take, and beside it a second for each MiB of content. Default 30 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Content of this size or more is put in parts. Default 64 MiB.</summary>
    public int MultipartBytesMin { get; init; } = 64 << 20;

    /// <summary>Size of a part; S3 takes no less than 5 MiB. Default 16 MiB.</summary>
    public int PartBytes { get; init; } = 16 << 20;

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>A number in [0, 1) for each pause between attempts.</summary>
    public Func<double> Random { get; init; } = new Random().NextDouble;

    /// <summary>How a variable of the environment is read. Default: this process's environment.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;
}
