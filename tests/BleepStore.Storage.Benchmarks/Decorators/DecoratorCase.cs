using System.Globalization;
using System.Text;
using BleepStore.Storage.Benchmarks.Aws;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Benchmarks.Decorators;

/// <summary>
/// The cost of one decorator. It compares a small operation with and without it, on the in-memory backend or on the stub of S3. The backend
/// takes little, so ratios are large. The difference of the times is what counts.
/// </summary>
/// <param name="name">The name of the decorator in the name of the case.</param>
/// <param name="isPut">Whether the operation is a put. Otherwise it is a get.</param>
/// <param name="decorate">Adds the decorator.</param>
/// <param name="isStub">Whether the backend is that of S3 on a service that answers at once. Otherwise it is the in-memory one.</param>
internal sealed class DecoratorCase(string name, bool isPut, Action<ObjectStoreBuilder> decorate, bool isStub = false) : BenchmarkCase
{
    private const int Size = 4096;
    private const string BucketName = "benchmark";
    private const string Key = "small";

    /// <summary>A type that is worth compressing.</summary>
    private static readonly PutOptions TextOptions = new() { ContentType = "text/plain" };

    public override string Name => $"decorator-{name}-{(isStub ? "aws-stub-" : "")}{(isPut ? "put" : "get")}";

    public override string Library =>
        isPut ? "`PutAsync` of bytes in memory, through the decorator" : "`GetAsync` and `ReadAllAsync`, through the decorator";

    public override string Baseline => "The same without it";

    public override string BoundBy => isStub ? "The SDK's pipeline; no network is involved" : "The in-memory backend";

    public override IReadOnlyList<Limit> Limits => [];

    public override CaseSize FullSize => new(Size, 50_000);

    public override CaseSize ShortSize => new(Size, 500);

    public override bool TakesTurns => true;

    /// <summary>The tests of decorators run the same code.</summary>
    public override bool IsOnlyFull => true;

    public override async Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection();
        byte[] content = Text((int)context.Size.Bytes);
        ObjectStoreBuilder builder = services.AddBleepStore();
        IAsyncDisposable? service = isStub ? AwsStub.Use(builder, content) : null;
        builder = isStub ? builder : builder.UseInMemory();
        if (side == Side.Library)
        {
            decorate(builder);
        }

        ServiceProvider provider = services.BuildServiceProvider();
        ObjectStore store = provider.GetRequiredService<ObjectStore>();
        Bucket bucket = await store.CreateBucketAsync(BucketName, cancellationToken: cancellationToken);
        await bucket.PutAsync(Key, content, TextOptions, cancellationToken);
        return new Repeated(provider, service, bucket, content, isPut, context.Size.Count);
    }

    /// <summary>Lines that are alike, as in a log.</summary>
    private static byte[] Text(int size)
    {
        var text = new StringBuilder(size);
        for (int line = 0; text.Length < size; line++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{\"line\": {line}, \"hash\": \"{line * 2654435761L:x}\", \"level\": \"info\"}}\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, size));
    }

    private sealed class Repeated(
        ServiceProvider provider, IAsyncDisposable? service, Bucket bucket, byte[] content, bool isPut, int count) : TurnedWorkload
    {
        public override bool WatchesMemory => false;

        public override int Turns => 100;

        public override Task WarmUpAsync(CancellationToken cancellationToken) =>
            WarmUpAsync(count, 3000, times => RepeatAsync(times, cancellationToken), cancellationToken);

        public override Task RunAsync(CancellationToken cancellationToken) => RepeatAsync(count, cancellationToken);

        public override Task RunTurnAsync(int turn, CancellationToken cancellationToken)
        {
            long all = count;
            return RepeatAsync((int)((all * (turn + 1) / Turns) - (all * turn / Turns)), cancellationToken);
        }

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            await using ObjectReader reader = await bucket.GetAsync(Key, cancellationToken: cancellationToken);
            byte[] read = await reader.ReadAllAsync(cancellationToken);
            Same.Require(read.AsSpan().SequenceEqual(content), "other bytes were stored");
        }

        public override async ValueTask DisposeAsync()
        {
            await provider.DisposeAsync();
            if (service is not null)
            {
                await service.DisposeAsync();
            }

            await base.DisposeAsync();
        }

        private async Task RepeatAsync(int times, CancellationToken cancellationToken)
        {
            for (int time = 0; time < times; time++)
            {
                if (isPut)
                {
                    await bucket.PutAsync(Key, content, TextOptions, cancellationToken);
                }
                else
                {
                    await using ObjectReader reader = await bucket.GetAsync(Key, cancellationToken: cancellationToken);
                    await reader.ReadAllAsync(cancellationToken);
                }
            }
        }
    }
}
