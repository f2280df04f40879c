using BleepStore.Storage.Gcp.TestServer;

namespace BleepStore.Storage.Gcp.Tests.Support;

/// <summary>A server with an upstream bucket, and stores on it.</summary>
internal sealed class ServedStore : IAsyncDisposable
{
    public const string Container = "container";

    private readonly List<ObjectStore> _opened = [];

    private ServedStore(GcsServer server)
    {
        Server = server;
        Store = Open();
    }

    public GcsServer Server { get; }

    public ObjectStore Store { get; }

    /// <summary>The names of the backend's internal objects, except the buckets' markers.</summary>
    public IEnumerable<string> InternalNames => Server.ObjectNames
        .Select(static found => found.Name)
        .Where(static name => name.StartsWith(".bleepstore/", StringComparison.Ordinal)
            && !name.StartsWith(".bleepstore/buckets/", StringComparison.Ordinal));

    public static async Task<ServedStore> StartAsync(GcsServerOptions? options = null)
    {
        GcsServer server = await GcsServer.StartAsync(options);
        await ServerClient.CreateBucketAsync(server, Container, options?.AccessToken);
        return new ServedStore(server);
    }

    /// <summary>A store as another process would open it.</summary>
    public ObjectStore Open(Action<GcpBackendOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new GcpBackendOptions { Bucket = Container, ServiceUrl = Server.BaseUri, UnauthenticatedAccess = true };
        configure?.Invoke(options);
        ObjectStore store = GcpStore.Create(
            options, new ObjectStoreOptions { PartSize = 5 * 1024 * 1024, MinimumPartSize = 1 }, timeProvider: time);
        _opened.Add(store);
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ObjectStore store in _opened)
        {
            await store.DisposeAsync();
        }

        await Server.DisposeAsync();
    }
}
