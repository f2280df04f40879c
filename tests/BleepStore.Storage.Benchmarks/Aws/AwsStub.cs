using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using BleepStore.Storage.Aws;
using BleepStore.Storage.Benchmarks.Cases;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Benchmarks.Aws;

/// <summary>The library and the bare client, both on <see cref="AnsweringHandler"/>.</summary>
internal sealed class AwsStub : StubService
{
    private const string Upstream = "store";
    private const string KeyId = "key";
    private const string Secret = "secret";

    private readonly ObjectStore _store;
    private readonly AnsweringHandler _handler;
    private readonly AmazonS3Client _client;

    private AwsStub(byte[] content)
        : base(content)
    {
        _handler = new AnsweringHandler(content, Traffic);
        var options = new AwsBackendOptions();
        Set(options);
        _store = AwsStore.Create(options);
        Bucket = _store.GetBucket(BucketName);

        // The very configuration that the library made, so that neither side has an easier client.
        _client = new AmazonS3Client(new BasicAWSCredentials(KeyId, Secret), (AmazonS3Config)_store.GetService<IAmazonS3>()!.Config);
    }

    public static StubOperation SmallPut => new(
        "aws-stub-small-put",
        "`PutAsync` of bytes in memory",
        "`AmazonS3Client.PutObjectAsync` with the MD5 as `MD5Digest`; neither signed payload nor chunks",
        static content => new AwsStub(content));

    public static StubOperation SmallGet => new(
        "aws-stub-small-get",
        "`GetAsync` and `ReadAllAsync`",
        "`AmazonS3Client.GetObjectAsync`, read into an array; the SDK compares the MD5 with the ETag",
        static content => new AwsStub(content));

    /// <summary>Registers the backend on a stubbed service that stores nothing and returns the content.</summary>
    /// <returns>The service, to dispose after the store.</returns>
    public static IAsyncDisposable Use(ObjectStoreBuilder builder, byte[] content)
    {
        var service = new AwsStub(content);
        builder.UseAws(options => service.Set(options));
        return service;
    }

    public override Bucket Bucket { get; }

    public override Task PutAsync(CancellationToken cancellationToken)
    {
        var request = new PutObjectRequest
        {
            BucketName = Upstream,
            Key = Name,
            InputStream = new MemoryStream(Content, writable: false),
            MD5Digest = Convert.ToBase64String(MD5.HashData(Content)),
            UseChunkEncoding = false,
            DisablePayloadSigning = true,
        };
        return _client.PutObjectAsync(request, cancellationToken);
    }

    public override async Task GetAsync(CancellationToken cancellationToken)
    {
        using GetObjectResponse answer = await _client.GetObjectAsync(
            new GetObjectRequest { BucketName = Upstream, Key = Name }, cancellationToken);
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)answer.ContentLength);
        await answer.ResponseStream.ReadExactlyAsync(bytes, cancellationToken);
        Last = bytes;
    }

    public override async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _store.DisposeAsync();
        _handler.Dispose();
        await base.DisposeAsync();
    }

    private void Set(AwsBackendOptions options)
    {
        options.Region = "eu-central-1";
        options.AccessKeyId = KeyId;
        options.SecretAccessKey = Secret;
        options.Bucket = Upstream;
        options.ConfigureClient = config => config.HttpClientFactory = new AnsweringFactory(_handler);
    }
}
