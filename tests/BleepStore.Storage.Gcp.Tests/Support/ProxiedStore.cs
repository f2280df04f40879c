using BleepStore.Storage.Gcp.TestServer;
using BleepStore.Storage.Tests.Shared.Network;
using Google.Apis.Http;
using Google.Apis.Services;
using Google.Apis.Storage.v1;
using Google.Cloud.Storage.V1;

namespace BleepStore.Storage.Gcp.Tests.Support;

/// <summary>A server, a proxy in front of it that cuts connections, and a store that reaches the server through the proxy alone.</summary>
internal sealed class ProxiedStore : IAsyncDisposable
{
    private readonly StorageClient? _given;

    private ProxiedStore(ServedStore served, bool givesClient)
    {
        Served = served;
        Proxy = new CuttingProxy(served.Server.BaseUri);
        var options = new GcpBackendOptions { Bucket = ServedStore.Container };
        var storeOptions = new ObjectStoreOptions { PartSize = 5 * 1024 * 1024, MinimumPartSize = 1 };
        if (givesClient)
        {
            _given = Client(Proxy.Address);
            Store = GcpStore.Create(_given, options, storeOptions);
        }
        else
        {
            (options.ServiceUrl, options.UnauthenticatedAccess) = (Proxy.Address, true);

            // What the store does between two tries is tested elsewhere, so these tests do not wait.
            Store = GcpStore.Create(options, storeOptions, timeProvider: new HurriedTime());
        }
    }

    public ServedStore Served { get; }

    public CuttingProxy Proxy { get; }

    /// <summary>The store behind the proxy.</summary>
    public ObjectStore Store { get; }

    /// <summary>The bucket behind the proxy.</summary>
    public Bucket Bucket => Store.GetBucket("bucket");

    /// <summary>The same bucket without the proxy, which shows the stored objects.</summary>
    public Bucket Direct => Served.Store.GetBucket("bucket");

    public GcsServer Server => Served.Server;

    /// <param name="givesClient">Whether the store is given a client, with the retries of the SDK's own defaults.</param>
    /// <param name="options">The server's.</param>
    public static async Task<ProxiedStore> StartAsync(bool givesClient = false, GcsServerOptions? options = null) =>
        new(await ServedStore.StartAsync(options), givesClient);

    /// <summary>A client as an application makes one.</summary>
    public static StorageClient Client(Uri root, string? apiKey = null) => new StorageClientImpl(
        new StorageService(new BaseClientService.Initializer
        {
            BaseUri = $"{root.AbsoluteUri.TrimEnd('/')}/storage/v1/",
            HttpClientFactory = new HttpClientFactory(),
            GZipEnabled = false,
            MaxUrlLength = 0,
            ApiKey = apiKey,
        }),
        encryptionKey: null);

    /// <summary>The requests that came through the proxy and that a rule names.</summary>
    public int Count(Func<string, string, bool> matches) => Proxy.Requests.Count(request => matches(request.Method, request.Target));

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _given?.Dispose();
        await Proxy.DisposeAsync();
        await Served.DisposeAsync();
    }
}
