using Amazon.S3;
using Amazon.S3.Model;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Aws.Tests.Conformance;

/// <summary>How the suite reaches the backend on a server that speaks S3.</summary>
public abstract class AwsHarness : ConformanceHarness
{
    private S3Account? _account;
    private ServerAbilities? _abilities;
    private string? _bucket;

    public override string StorageClass => "STANDARD";

    public override IReadOnlyList<Difference> Differences =>
        AwsDifferences.Of(Abilities, ownBuckets: !IsShared, isGiven: GivenServer.IsSet);

    public override IReadOnlyList<Difference> PossibleDifferences =>
        AwsDifferences.Of(ServerAbilities.None, ownBuckets: true, isGiven: true);

    /// <summary>The upstream prefix of every object's name.</summary>
    protected virtual string Prefix => "";

    /// <summary>Whether all buckets share one upstream.</summary>
    protected abstract bool IsShared { get; }

    private ServerAbilities Abilities => _abilities ?? throw new InvalidOperationException("The harness was not started.");

    private S3Account Account => _account ?? throw new InvalidOperationException("The harness was not started.");

    public override async ValueTask StartAsync()
    {
        _account = await TakeAccountAsync();
        _abilities = await ServerAbilities.OfAsync(_account);
        _bucket = IsShared ? GivenServer.Bucket ?? await _account.CreateBucketAsync() : null;
    }

    /// <summary>The library finds out about conditional deletes by itself. Here it is held to what the server showed.</summary>
    public override StorageCapabilities CapabilitiesOf(ObjectStore store) =>
        base.CapabilitiesOf(store) with { DeletesConditionally = Abilities.DeletesIfMatch };

    public override ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null)
    {
        AwsBackendOptions backend = Account.Options(_bucket);
        backend.Prefix = Prefix;
        return ValueTask.FromResult(AwsStore.Create(backend, options, timeProvider: timeProvider));
    }

    /// <summary>Everything internal but the buckets' markers.</summary>
    public override async ValueTask<IReadOnlyList<string>?> ListInternalNamesAsync()
    {
        var names = new List<string>();
        using AmazonS3Client client = Account.Client();
        foreach (S3Bucket bucket in (await client.ListBucketsAsync()).Buckets
            .Where(bucket => _bucket is null || bucket.BucketName == _bucket))
        {
            ListObjectsV2Response found = await client.ListObjectsV2Async(
                new ListObjectsV2Request { BucketName = bucket.BucketName, Prefix = Prefix + ".bleepstore/" });
            names.AddRange((found.S3Objects ?? [])
                .Where(item => !item.Key.StartsWith(Prefix + ".bleepstore/buckets/", StringComparison.Ordinal))
                .Select(item => $"{bucket.BucketName}/{item.Key}"));
        }

        return names;
    }

    public override async ValueTask<ForeignObject?> PlantForeignNameAsync(string bucket)
    {
        const string name = "a~=zz";
        (string upstream, string key) = _bucket is null ? (bucket, Prefix + name) : (_bucket, $"{Prefix}{bucket}/{name}");
        using AmazonS3Client client = Account.Client();
        await client.PutObjectAsync(
            new PutObjectRequest { BucketName = upstream, Key = key, ContentBody = "foreign", UseChunkEncoding = false });
        return new ForeignObject(name, async () =>
        {
            using AmazonS3Client client = Account.Client();
            await client.DeleteObjectAsync(upstream, key);
        });
    }

    public override async ValueTask<byte[]?> ReadUpstreamAsync(ObjectStore store, UpstreamName name)
    {
        using GetObjectResponse found = await store.GetService<IAmazonS3>()!.GetObjectAsync(name.Container, name.Name);
        using var bytes = new MemoryStream();
        await found.ResponseStream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private protected abstract Task<S3Account> TakeAccountAsync();
}
