using System.Net;
using System.Text.Json;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;
using Google.Apis.Services;
using Google.Apis.Storage.v1;
using Google.Cloud.Storage.V1;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>The SDK's client of one store, made from options or given by the application. No I/O.</summary>
internal sealed class GcpClients : IDisposable
{
    /// <summary>How the backend is called.</summary>
    public const string Provider = "gcp";

    private const string Version = "storage/v1/";

    private readonly LazyCredential? _credential;

    private GcpClients(StorageClient client, LazyCredential? credential, bool isGiven, bool mayRepeat)
    {
        _credential = credential;
        Client = client;
        IsGiven = isGiven;
        MayRepeat = mayRepeat;
        string address = client.Service.BaseUri;
        Root = address.EndsWith(Version, StringComparison.Ordinal) ? address[..^Version.Length] : address;
        Server = Uri.TryCreate(Root, UriKind.Absolute, out Uri? server) ? server : null;
    }

    /// <summary>The vendor's client.</summary>
    public StorageClient Client { get; }

    /// <summary>The underlying JSON API, which sends all requests. It has parameters that the vendor's client hides.</summary>
    public StorageService Service => Client.Service;

    /// <summary>The root of the API, which ends with a slash.</summary>
    public string Root { get; }

    /// <summary>The address of the service. Unknown for a client of the application's tests.</summary>
    public Uri? Server { get; }

    /// <summary>Whether the application gave the client.</summary>
    public bool IsGiven { get; }

    /// <summary>
    /// Whether a request can be resent without the knowledge of this library, by the application's own client or handler.
    /// </summary>
    public bool MayRepeat { get; }

    public static GcpClients FromClient(StorageClient client) => new(client, credential: null, isGiven: true, mayRepeat: true);

    /// <summary>Makes the client. The credential is looked for at the first request.</summary>
    public static GcpClients FromOptions(GcpBackendOptions options, IServiceProvider services)
    {
        HttpMessageHandler? given = options.HandlerFactory?.Invoke(services);
        LazyCredential? credential = options.UnauthenticatedAccess ? null : Credential(options, services);
        var service = new StorageService(new BaseClientService.Initializer
        {
            ApplicationName = "BleepStore.Storage",
            BaseUri = options.ServiceUrl is { } root ? $"{root.AbsoluteUri.TrimEnd('/')}/{Version}" : null,
            HttpClientFactory = new HttpClientFromMessageHandlerFactory(
                _ => new HttpClientFromMessageHandlerFactory.ConfiguredHttpMessageHandler(
                given is null ? OwnHandler() : new KeptHandler(given), performsAutomaticDecompression: false, handlesRedirect: false)),
            HttpClientInitializer = credential,

            // Objects that are stored as gzip are read as gzip. The application decodes them.
            GZipEnabled = false,

            // There is no limit, because a longer GET would be sent as a POST, which the service treats differently. A key of a thousand
            // bytes has three thousand characters there.
            MaxUrlLength = 0,

            // Bodies can be large, so GcpRequests sets the deadlines of requests.
            HttpClientTimeout = Timeout.InfiniteTimeSpan,
            DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None,
        });
        ConfigurableMessageHandler handler = service.HttpClient.MessageHandler;

        // GcpRequests makes the retries. The second attempt is for a refused token (LazyCredential).
        handler.NumTries = 2;

        // A redirect could send the credential to any address.
        handler.FollowRedirect = false;
        var client = new StorageClientImpl(service, encryptionKey: null);
        return new GcpClients(client, credential, isGiven: false, mayRepeat: given is not null);
    }

    /// <summary>Returns the credential of the requests.</summary>
    /// <returns>It also finds the credential inside a client from the application. <see langword="null"/> where there is none.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.AuthenticationFailed"/>, <see cref="StorageErrorCode.ServiceUnavailable"/>.
    /// </exception>
    public async ValueTask<IHttpExecuteInterceptor?> FindCredentialAsync(CancellationToken cancellationToken) => this switch
    {
        { IsGiven: true } => Service.HttpClient.MessageHandler.Credential,
        { _credential: { } lazy } => await lazy.FindAsync(cancellationToken).ConfigureAwait(false),
        _ => null,
    };

    public void Dispose()
    {
        if (!IsGiven)
        {
            Client.Dispose();
        }
    }

    private static SocketsHttpHandler OwnHandler() => new()
    {
        AutomaticDecompression = DecompressionMethods.None,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
    };

    private static LazyCredential Credential(GcpBackendOptions options, IServiceProvider services) => options switch
    {
        { CredentialFactory: { } factory } =>
            new LazyCredential(nameof(options.CredentialFactory), _ => Task.FromResult(factory(services))),
        { CredentialsFile: { Length: > 0 } file } =>
            new LazyCredential($"{nameof(options.CredentialsFile)} '{file}'", token => FromFileAsync(file, token)),
        _ => new LazyCredential("the application default credentials", GoogleCredential.GetApplicationDefaultAsync),
    };

    /// <summary>
    /// The file names its type. The application trusts the file that it names in the options. The error message contains no text of the
    /// file.
    /// </summary>
    private static async Task<GoogleCredential> FromFileAsync(string file, CancellationToken cancellationToken)
    {
        string json = await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false);
        return CredentialFactory.FromJson(json, TypeIn(json));
    }

    private static string TypeIn(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            bool hasType = document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("type", out JsonElement type)
                && type.ValueKind == JsonValueKind.String;
            return hasType
                ? document.RootElement.GetProperty("type").GetString()!
                : throw new InvalidDataException("It has no \"type\", as a credential has.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException("It is not JSON.", error);
        }
    }
}
