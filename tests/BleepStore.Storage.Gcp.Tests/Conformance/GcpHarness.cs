using BleepStore.Storage.Conformance;
using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;

namespace BleepStore.Storage.Gcp.Tests.Conformance;

/// <summary>How the suite reaches the backend: a server for every fixture.</summary>
public abstract class GcpHarness : ConformanceHarness
{
    private const string Container = "store";
    private const string Project = "project";

    private GcsServer? _server;

    public override string StorageClass => "NEARLINE";

    /// <summary>How buckets are mapped.</summary>
    protected abstract BucketMapping Mapping { get; }

    /// <summary>What every object's name begins with.</summary>
    protected virtual string Prefix => "";

    protected GcsServer Server => _server ?? throw new InvalidOperationException("The harness was not started.");

    public override async ValueTask StartAsync()
    {
        // Pages smaller than asked and rewrites of many calls are what the service may do at any time.
        _server = await GcsServer.StartAsync(new GcsServerOptions { PageLimit = 700, RewriteBytesPerCall = 3 * 1024 * 1024 });
        if (Mapping == BucketMapping.SharedContainer)
        {
            await ServerClient.CreateBucketAsync(_server, Container);
        }
    }

    public override ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null)
    {
        var backend = new GcpBackendOptions { BaseUri = Server.BaseUri, UnauthenticatedAccess = true, BucketMapping = Mapping, Prefix = Prefix };
        if (Mapping == BucketMapping.SharedContainer)
        {
            backend.Bucket = Container;
        }
        else
        {
            backend.ProjectId = Project;
        }

        return ValueTask.FromResult(GcpStore.Create(backend, options, timeProvider: timeProvider));
    }

    /// <summary>Everything internal but the buckets' markers.</summary>
    public override ValueTask<IReadOnlyList<string>?> ListInternalNamesAsync() => ValueTask.FromResult<IReadOnlyList<string>?>(
    [
        .. Server.ObjectNames.Where(name =>
            name.Name.StartsWith(Prefix + ".bleepstore/", StringComparison.Ordinal) && !name.Name.StartsWith(Prefix + ".bleepstore/buckets/", StringComparison.Ordinal))
            .Select(static name => $"{name.Bucket}/{name.Name}"),
    ]);

    public override async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
