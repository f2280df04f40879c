using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>
/// The SDK client of one store, created from options or provided by the application, with the known facts about its endpoint. It does no
/// I/O.
/// </summary>
internal sealed class AwsClients : IDisposable
{
    /// <summary>
    /// The size of the pieces of a body, in bytes. The SDK's default of 8 KiB has eight times as many pieces. Each passes through all
    /// streams of the SDK and of this library.
    /// </summary>
    private const int BodyStep = 64 * 1024;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How the backend is called.</summary>
    public const string Provider = "aws";

    private const string DefaultSigningRegion = "us-east-1";

    private AwsClients(IAmazonS3 client, bool isGiven, AwsCompatibility compatibility, AWSCredentials? credentials = null)
    {
        Client = client;
        IsGiven = isGiven;
        Compatibility = compatibility;
        Credentials = credentials;
        Server = ServerOf(client.Config);
    }

    public IAmazonS3 Client { get; }

    /// <summary>Where requests go, before a bucket is put into the host's name. Unknown for a client of the application's tests.</summary>
    public Uri? Server { get; }

    /// <summary>Whether the application gave the client.</summary>
    public bool IsGiven { get; }

    public AwsCompatibility Compatibility { get; }

    /// <summary>The credential of the options. <see langword="null"/> where the SDK finds one, or where the client was given.</summary>
    public AWSCredentials? Credentials { get; }

    /// <summary>
    /// Whether the SDK adds its own checksum to every body, as it does by default. Parts and completions must then agree on one.
    /// </summary>
    public bool AddsChecksums => Client.Config is { RequestChecksumCalculation: RequestChecksumCalculation.WHEN_SUPPORTED };

    /// <summary>The client's retries, unless they are the application's own.</summary>
    public BoundedRetryPolicy? Retries => (Client as AwsS3Client)?.Retries;

    /// <summary>Whether the SDK sends a request again whose answer was lost.</summary>
    public bool RetriesRequests => Client.Config is not { MaxErrorRetry: 0 };

    /// <summary>Whether requests go over plain http.</summary>
    public bool IsPlain => SendsPlainly(Client.Config);

    /// <summary>Returns whether an address is one of Amazon's own endpoints.</summary>
    public static bool IsAmazons(Uri url)
    {
        string[] amazons = [".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws"];
        return amazons.Any(amazon => url.Host.EndsWith(amazon, StringComparison.OrdinalIgnoreCase));
    }

    /// <exception cref="InvalidOperationException">A customer's key would be sent over plain http.</exception>
    public static AwsClients FromClient(IAmazonS3 client, AwsBackendOptions options)
    {
        RefusePlainCustomerKey(options, client.Config);
        return new AwsClients(client, isGiven: true, CompatibilityFor(options, client.Config?.ServiceURL));
    }

    /// <summary>
    /// Creates the client. The credential is the first that is set, in the order documented on <see cref="AwsBackendOptions"/>.
    /// </summary>
    /// <param name="options">Valid options.</param>
    /// <param name="time">The store's clock. <see langword="null"/> uses the system's.</param>
    /// <exception cref="InvalidOperationException">
    /// There is neither a region nor an endpoint, or a customer's key would be sent over plain http.
    /// </exception>
    public static AwsClients FromOptions(AwsBackendOptions options, TimeProvider? time)
    {
        AmazonS3Config config = Configure(options);
        bool assumesPaths = config.ForcePathStyle;
        options.ConfigureClient?.Invoke(config);
        try
        {
            AwsCompatibility compatibility = Settle(config, assumesPaths, options);
            RefusePlainCustomerKey(options, config);
            AWSCredentials? credentials = options switch
            {
                { RenewCredential: { } renew } => new RenewedCredentials(renew, time ?? TimeProvider.System),
                { AccessKeyId: not { Length: > 0 } } => null,
                { SessionToken: { Length: > 0 } token } => new SessionAWSCredentials(options.AccessKeyId, options.SecretAccessKey, token),
                _ => new BasicAWSCredentials(options.AccessKeyId, options.SecretAccessKey),
            };
            AwsS3Client client = credentials is null ? new AwsS3Client(config) : new AwsS3Client(credentials, config);
            return new AwsClients(client, isGiven: false, compatibility, credentials);
        }
        catch (AmazonClientException nowhere)
        {
            throw new InvalidOperationException(
                $"The region is unknown. Set {nameof(options.Region)} or {nameof(options.ServiceUrl)}, or AWS_REGION for the SDK's " +
                "default chain.",
                nowhere);
        }
    }

    public void Dispose()
    {
        if (!IsGiven)
        {
            Client.Dispose();
        }
    }

    private static AmazonS3Config Configure(AwsBackendOptions options)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = UsesPaths(options, CompatibilityFor(options, options.ServiceUrl?.AbsoluteUri)),

            // The store limits the time of each call by itself.
            Timeout = Timeout.InfiniteTimeSpan,
            ConnectTimeout = ConnectTimeout,
            BufferSize = BodyStep,

            // The SDK repeats a request up to ten times on broken connections, in addition to its other retries.
            MaxStaleConnectionRetries = 0,

            // Every body has a Content-MD5, which every server knows. The SDK's newer checksums would hash it again, and send trailers that
            // other servers refuse.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.ServiceUrl is { } url)
        {
            config.ServiceURL = url.AbsoluteUri;
            config.AuthenticationRegion = options.Region ?? DefaultSigningRegion;
        }
        else if (options.Region is { Length: > 0 } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        if (options.Profile is { Length: > 0 } profile)
        {
            config.Profile = new Profile(profile);
        }

        return config;
    }

    /// <summary>
    /// Determines where requests are really sent. The hook can set an endpoint, and the SDK reads one from the environment
    /// (<c>AWS_ENDPOINT_URL_S3</c>, <c>AWS_ENDPOINT_URL</c>) and from the profile. Promises of Amazon's S3 must not be assumed for another
    /// server.
    /// </summary>
    private static AwsCompatibility Settle(AmazonS3Config config, bool assumesPaths, AwsBackendOptions options)
    {
        AwsCompatibility compatibility = CompatibilityFor(options, config.ServiceURL);
        if (config.ForcePathStyle == assumesPaths)
        {
            // The hook has not set it.
            config.ForcePathStyle = UsesPaths(options, compatibility);
        }

        if (!string.IsNullOrEmpty(config.ServiceURL)
            && string.IsNullOrEmpty(config.AuthenticationRegion)
            && options.Region is { Length: > 0 } region)
        {
            // The SDK drops the region when an endpoint is set.
            config.AuthenticationRegion = region;
        }

        return compatibility;
    }

    private static bool UsesPaths(AwsBackendOptions options, AwsCompatibility compatibility) =>
        options.ForcePathStyle ?? compatibility == AwsCompatibility.S3Compatible;

    /// <summary>The SDK looks at the scheme of an endpoint, and at its own switch only where none is named.</summary>
    private static bool SendsPlainly(IClientConfig? config) =>
        config?.ServiceURL is { Length: > 0 } url ? url.StartsWith("http:", StringComparison.OrdinalIgnoreCase) : config?.UseHttp == true;

    private static Uri? ServerOf(IClientConfig? config)
    {
        string? url = config switch
        {
            { ServiceURL: { Length: > 0 } named } => named,
            { RegionEndpoint: { } region } => $"https://s3.{region.SystemName}.{region.PartitionDnsSuffix}",
            _ => null,
        };
        return Uri.TryCreate(url, UriKind.Absolute, out Uri? server) ? server : null;
    }

    private static void RefusePlainCustomerKey(AwsBackendOptions options, IClientConfig? config)
    {
        if (options.CustomerKey is not null && SendsPlainly(config))
        {
            throw new InvalidOperationException(
                $"The client uses plain http, but a {nameof(options.CustomerKey)} must not be sent over it. Use an https endpoint, or " +
                $"leave {nameof(options.Encryption)} to the bucket.");
        }
    }

    private static AwsCompatibility CompatibilityFor(AwsBackendOptions options, string? serviceUrl) =>
        options.Compatibility ?? CompatibilityOf(serviceUrl);

    private static AwsCompatibility CompatibilityOf(string? serviceUrl)
    {
        return !Uri.TryCreate(serviceUrl, UriKind.Absolute, out Uri? url) || IsAmazons(url)
            ? AwsCompatibility.Aws
            : AwsCompatibility.S3Compatible;
    }

    /// <summary>
    /// Ceph 16 encodes the keys of uploads on request, but does not report it. This library's names need no encoding, because characters
    /// that XML cannot carry are escaped.
    /// </summary>
    public EncodingType? UploadsEncoding => Compatibility == AwsCompatibility.Aws ? EncodingType.Url : null;
}
