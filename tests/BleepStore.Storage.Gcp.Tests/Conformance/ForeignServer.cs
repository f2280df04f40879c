using Google.Cloud.Storage.V1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp.Tests.Conformance;

/// <summary>
/// A server from the environment, instead of one for each fixture. It is another implementation of the JSON API, or Google with a real
/// account. CONTRIBUTING.md lists the variables.
/// </summary>
internal sealed class ForeignServer
{
    private const string UrlVariable = "BLEEPSTORE_TEST_GCS_URL";
    private const string ProjectVariable = "BLEEPSTORE_TEST_GCS_PROJECT";
    private const string BucketVariable = "BLEEPSTORE_TEST_GCS_BUCKET";
    private const string DefaultProject = "project";

    private readonly Uri _url;
    private readonly string _project;
    private readonly Lazy<Task<string>> _container;

    private ForeignServer(Uri url, string? project, string? bucket)
    {
        _url = url;
        _project = string.IsNullOrEmpty(project) ? DefaultProject : project;
        _container = new Lazy<Task<string>>(() => string.IsNullOrEmpty(bucket) ? CreateContainerAsync() : Task.FromResult(bucket));
    }

    /// <summary>The server; <see langword="null"/> where the environment names none.</summary>
    public static ForeignServer? Current { get; } = Environment.GetEnvironmentVariable(UrlVariable) is { Length: > 0 } url
        ? new ForeignServer(
            new Uri(url), Environment.GetEnvironmentVariable(ProjectVariable), Environment.GetEnvironmentVariable(BucketVariable))
        : null;

    /// <summary>
    /// The options of a store there. On this machine no credential is sent; elsewhere the application default credentials are.
    /// </summary>
    public async Task<GcpBackendOptions> OptionsAsync(GcpBucketMapping mapping, string prefix)
    {
        GcpBackendOptions options = Options(mapping, prefix);
        if (mapping == GcpBucketMapping.SharedContainer)
        {
            options.Bucket = await _container.Value;
        }
        else
        {
            options.ProjectId = _project;
        }

        return options;
    }

    /// <summary>The objects of some upstream buckets, of all versions.</summary>
    public async Task<List<GcsObject>> ObjectsAsync(IEnumerable<string> containers, string prefix)
    {
        await using ObjectStore store = await OpenAsync();
        var found = new List<GcsObject>();
        foreach (string container in containers)
        {
            try
            {
                await foreach (GcsObject item in store.GetService<StorageClient>()!.ListObjectsAsync(
                    container, prefix, new ListObjectsOptions { Versions = true }))
                {
                    found.Add(item);
                }
            }
            catch (Google.GoogleApiException missing) when (missing.HttpStatusCode == System.Net.HttpStatusCode.NotFound)
            {
                // Deleted by its test.
            }
        }

        return found;
    }

    /// <summary>The upstream bucket that all fixtures share, each under a prefix of its own.</summary>
    public Task<string> ContainerAsync() => _container.Value;

    /// <summary>Deletes what lies under a prefix, and the upstream buckets themselves where they were made for the tests.</summary>
    public async Task RemoveAsync(IReadOnlyCollection<string> containers, string prefix, bool withContainers)
    {
        await using ObjectStore store = await OpenAsync();
        StorageClient client = store.GetService<StorageClient>()!;
        foreach (GcsObject item in await ObjectsAsync(containers, prefix))
        {
            await IgnoreMissingAsync(
                () => client.DeleteObjectAsync(item.Bucket, item.Name, new DeleteObjectOptions { Generation = item.Generation }));
        }

        foreach (string container in withContainers ? containers : [])
        {
            await IgnoreMissingAsync(() => client.DeleteBucketAsync(container));
        }
    }

    private static async Task IgnoreMissingAsync(Func<Task> delete)
    {
        try
        {
            await delete();
        }
        catch (Google.GoogleApiException missing) when (missing.HttpStatusCode == System.Net.HttpStatusCode.NotFound)
        {
            // Deleted by its test.
        }
    }

    private GcpBackendOptions Options(GcpBucketMapping mapping, string prefix) =>
        new() { ServiceUrl = _url, UnauthenticatedAccess = _url.IsLoopback, BucketMapping = mapping, Prefix = prefix };

    private async Task<ObjectStore> OpenAsync() => GcpStore.Create(await OptionsAsync(GcpBucketMapping.ContainerPerBucket, ""));

    private async Task<string> CreateContainerAsync()
    {
        string name = $"bleepstore-test-{Guid.NewGuid():N}"[..40];
        await using ObjectStore store = await OpenAsync();
        await store.CreateBucketAsync(name);
        return name;
    }
}
