using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;
using BleepStore.Storage.Local;

namespace BleepStore.Storage.Benchmarks.Local;

/// <summary>
/// Lists many keys page by page. The baseline is also the library, on ten prefixes with a tenth of the keys each. When the cost is linear,
/// both take the same time.
/// </summary>
/// <param name="name">The case's name.</param>
/// <param name="folders">Over how many folders the keys are spread.</param>
/// <param name="layout">The same, in words.</param>
internal sealed class LocalList(string name, int folders, string layout) : LocalCase
{
    private const long Mebibyte = 1024 * 1024;
    private const int Fraction = 10;
    private const string AllPrefix = "all/";

    public override string Name => name;

    public override string Library => $"`ListPageAsync` to the end, pages of 1,000 keys, {layout}";

    public override string Baseline => $"The same on {Fraction} prefixes with a {Fraction}th of the keys each";

    public override string BoundBy => "System calls: the attributes of every object are read";

    public override IReadOnlyList<Limit> Limits { get; } =
    [
        Limit.Ratio(Metric.Time, 1.3), Limit.Figure(Metric.ManagedPeak, 128 * Mebibyte),
    ];

    public override CaseSize FullSize => new(16, 100_000);

    public override CaseSize ShortSize => new(16, 300);

    protected override Durability FillDurability => Durability.None;

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult(
        side == Side.Library
            ? OpenStore(LocalLayer.Native, context)
            : new Listing(LocalLayer.Native, context, [.. Enumerable.Range(0, Fraction).Select(FewPrefix)]));

    public override Workload OpenStore(LocalLayer layer, BenchmarkContext context) => new Listing(layer, context, [AllPrefix]);

    protected override async Task FillAsync(Bucket bucket, BenchmarkContext context, CancellationToken cancellationToken)
    {
        byte[] bytes = PatternStream.Bytes((int)context.Size.Bytes);
        await PutAsync(bucket, AllPrefix, context.Size.Count, bytes, cancellationToken);
        for (int few = 0; few < Fraction; few++)
        {
            await PutAsync(bucket, FewPrefix(few), context.Size.Count / Fraction, bytes, cancellationToken);
        }
    }

    private static string FewPrefix(int number) => $"few{number}/";

    private Task PutAsync(Bucket bucket, string prefix, int count, byte[] bytes, CancellationToken cancellationToken) => Parallel.ForAsync(
        0,
        count,
        cancellationToken,
        async (number, cancel) => await bucket.PutAsync($"{prefix}{number % folders:d3}/{number:d6}", bytes, cancellationToken: cancel));

    private sealed class Listing(LocalLayer layer, BenchmarkContext context, string[] prefixes) : LocalWorkload(layer.Open(context))
    {
        private long _seen;

        public override async Task WarmUpAsync(CancellationToken cancellationToken) =>
            await Bucket.ListPageAsync(new ListOptions { Prefix = FewPrefix(0), PageSize = 100 }, cancellationToken);

        public override async Task RunAsync(CancellationToken cancellationToken)
        {
            foreach (string prefix in prefixes)
            {
                string? token = null;
                do
                {
                    ListPage page = await Bucket.ListPageAsync(
                        new ListOptions { Prefix = prefix, PageSize = 1000, ContinuationToken = token }, cancellationToken);
                    _seen += page.Entries.Count;
                    token = page.ContinuationToken;
                }
                while (token is not null);
            }
        }

        public override Task VerifyAsync(CancellationToken cancellationToken)
        {
            Same.Require(_seen == context.Size.Count, $"{_seen} keys were listed, not {context.Size.Count}");
            return Task.CompletedTask;
        }
    }
}
