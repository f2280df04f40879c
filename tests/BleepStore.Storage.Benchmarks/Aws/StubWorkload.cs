using Amazon.Runtime;
using Amazon.S3;
using BleepStore.Storage.Aws;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Aws;

/// <summary>One side of a case that talks to <see cref="AnsweringHandler"/>.</summary>
internal abstract class StubWorkload : RepeatedWorkload
{
    protected const string Upstream = "store";
    protected const string Name = "benchmark/small";

    private const string KeyId = "key";
    private const string Secret = "secret";

    private readonly ObjectStore _store;
    private readonly AnsweringHandler _handler;

    protected StubWorkload(BenchmarkContext context, int warmUps)
        : base(context, warmUps)
    {
        Content = PatternStream.Bytes((int)context.Size.Bytes);
        _handler = new AnsweringHandler(Content, Traffic);
        _store = AwsStore.Create(new AwsBackendOptions
        {
            Region = "eu-central-1",
            AccessKeyId = KeyId,
            SecretAccessKey = Secret,
            Bucket = Upstream,
            ConfigureClient = config => config.HttpClientFactory = new AnsweringFactory(_handler),
        });
        Bucket = _store.GetBucket("benchmark");

        // The very configuration that the library made, so that neither side has an easier client.
        Client = new AmazonS3Client(new BasicAWSCredentials(KeyId, Secret), (AmazonS3Config)_store.GetService<IAmazonS3>()!.Config);
    }

    /// <summary>The bytes of the object.</summary>
    protected byte[] Content { get; }

    protected Bucket Bucket { get; }

    /// <summary>The bare client.</summary>
    protected AmazonS3Client Client { get; }

    public override async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _store.DisposeAsync();
        _handler.Dispose();
        await base.DisposeAsync();
    }
}
