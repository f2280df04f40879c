using System.Collections.Concurrent;
using System.Net;
using BleepStore.Storage.Conformance;
using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;
using Google;
using Google.Cloud.Storage.V1;

namespace BleepStore.Storage.Gcp.Tests.Conformance;

/// <summary>Connects the suite with the backend, by a server for every fixture, or the one in the environment.</summary>
public abstract class GcpHarness : ConformanceHarness
{
    private const string Container = "store";
    private const string Project = "project";
    private const string Internal = ".bleepstore/";

    private readonly ConcurrentBag<string> _buckets = [];
    private readonly string _place = $"t-{Guid.NewGuid():N}"[..20] + "/";
    private GcsServer? _server;

    public override string StorageClass => "NEARLINE";

    /// <summary>How buckets are mapped.</summary>
    protected abstract GcpBucketMapping Mapping { get; }

    /// <summary>The prefix of every object's name.</summary>
    protected virtual string Prefix => "";

    /// <summary>
    /// How the server behaves that the fixture starts. Pages smaller than asked and rewrites of many calls are what the service may do at
    /// any time.
    /// </summary>
    protected virtual GcsServerOptions ServerOptions => new() { PageLimit = 700, RewriteBytesPerCall = 3 * 1024 * 1024 };

    /// <summary>Whether the server must be one that the fixture starts, whatever the environment says.</summary>
    protected virtual bool NeedsOwnServer => false;

    protected GcsServer Server => _server ?? throw new InvalidOperationException("The harness was not started.");

    /// <summary>Changes the options of the stores on the server that the fixture starts. The default does nothing.</summary>
    protected virtual void Configure(GcpBackendOptions options)
    {
    }

    private ForeignServer? Foreign => NeedsOwnServer ? null : ForeignServer.Current;

    private bool IsShared => Mapping == GcpBucketMapping.SharedContainer;

    /// <summary>On a server that fixtures share, each has a place of its own.</summary>
    private string Root => Foreign is null || !IsShared ? Prefix : _place + Prefix;

    public override async ValueTask StartAsync()
    {
        if (Foreign is not null)
        {
            return;
        }

        _server = await GcsServer.StartAsync(ServerOptions with { SigningKeys = SigningAccount.PublicKeys });
        if (IsShared)
        {
            await ServerClient.CreateBucketAsync(_server, Container);
        }
    }

    public override async ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null)
    {
        if (Foreign is { } foreign)
        {
            return GcpStore.Create(await foreign.OptionsAsync(Mapping, Root), options, timeProvider: timeProvider);
        }

        var backend = new GcpBackendOptions
        {
            ServiceUrl = Server.BaseUri,
            CredentialFactory = static _ => SigningAccount.Credential,
            BucketMapping = Mapping,
            Prefix = Root,
        };
        Configure(backend);
        if (IsShared)
        {
            backend.Bucket = Container;
        }
        else
        {
            backend.ProjectId = Project;
        }

        return GcpStore.Create(backend, options, timeProvider: timeProvider);
    }

    public override string CreateBucketName()
    {
        string name = base.CreateBucketName();
        _buckets.Add(name);
        return name;
    }

    /// <summary>By the SDK's own client, which spells names as they are.</summary>
    public override async ValueTask<ForeignObject?> PlantForeignNameAsync(string bucket)
    {
        const string foreignName = "a~=zz";
        ObjectStore store = await CreateStoreAsync();
        StorageClient client = store.GetService<StorageClient>()!;
        string shared = Foreign is { } foreign ? await foreign.ContainerAsync() : Container;
        (string container, string name) = IsShared ? (shared, $"{Root}{bucket}/{foreignName}") : (bucket, foreignName);
        await TryAsync(() => client.UploadObjectAsync(container, name, "text/plain", new MemoryStream([1])));
        return new ForeignObject(foreignName, async () =>
        {
            await TryAsync(() => client.DeleteObjectAsync(container, name));
            await store.DisposeAsync();
        });
    }

    /// <summary>Everything internal but the buckets' markers.</summary>
    public override async ValueTask<IReadOnlyList<string>?> ListInternalNamesAsync()
    {
        IEnumerable<(string Bucket, string Name)> names = Foreign is { } foreign
            ? (await foreign.ObjectsAsync(await ContainersAsync(foreign), Root + Internal)).Select(static item => (item.Bucket, item.Name))
            : Server.ObjectNames;
        return
        [
            .. names
                .Where(name => name.Name.StartsWith(Root + Internal, StringComparison.Ordinal))
                .Where(name => !name.Name.StartsWith($"{Root}{Internal}buckets/", StringComparison.Ordinal))
                .Select(static name => $"{name.Bucket}/{name.Name}"),
        ];
    }

    public override async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
        else if (Foreign is { } foreign && !_buckets.IsEmpty)
        {
            await foreign.RemoveAsync(await ContainersAsync(foreign), Root, withContainers: !IsShared);
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The SDK's client gives up where the server is unreliable.</summary>
    private static async Task TryAsync(Func<Task> call)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                await call();
                return;
            }
            catch (GoogleApiException missing) when (missing.HttpStatusCode == HttpStatusCode.NotFound)
            {
                return;
            }
            catch (Exception broken) when (tries < 20 && broken is GoogleApiException or HttpRequestException)
            {
                // Again.
            }
        }
    }

    private async Task<IReadOnlyCollection<string>> ContainersAsync(ForeignServer foreign) =>
        IsShared ? [await foreign.ContainerAsync()] : _buckets;
}
