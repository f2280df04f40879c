using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>Moves a folder of small files to a bucket, or from a bucket.</summary>
/// <param name="operation">The part of the provider.</param>
internal sealed class FolderTransfer(FolderOperation operation) : PlacedCase(operation.Place)
{
    /// <summary>The library's default.</summary>
    private const int Concurrency = 16;

    private const int WarmUps = 32;
    private const string Stored = "stored";
    private const string WarmUpStored = "warm-up";

    public override string Name => operation.IsSideBySide ? operation.Name + "-side-by-side" : operation.Name;

    public override string Title =>
        $"{(operation.IsUpload ? "Upload" : "Download")} of a folder, {operation.Service}, slow line, beside " +
        $"{(operation.IsSideBySide ? Concurrency : 1)} at a time";

    public override string Library => operation.IsUpload
        ? $"`UploadFolderAsync`, {Concurrency} at a time; lists the bucket first"
        : $"`DownloadFolderAsync`, {Concurrency} at a time; lists the bucket first, compares the MD5s, flushes";

    public override string Baseline =>
        $"{operation.Call} of each file, {(operation.IsSideBySide ? $"{Concurrency} at a time" : "one after another")}; knows the names";

    public override string BoundBy => ThrottledPlace.BoundBy;

    public override IReadOnlyList<Limit> Limits => [Limit.Ratio(Metric.Time, operation.IsSideBySide ? 1.1 : 0.5)];

    public override bool IsOnlyFull => operation.IsOnlyFull;

    /// <summary>One after another, the files take most of a minute.</summary>
    public override int DefaultRounds => operation.IsSideBySide ? base.DefaultRounds : 2;

    public override CaseSize FullSize => new(16 * 1024, 2000);

    public override CaseSize ShortSize => new(16 * 1024, 40);

    public override async Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        await base.PrepareAsync(context, cancellationToken);
        FilesOf(context).Write(SourceIn(context));
        WarmUpFilesOf(context).Write(WarmUpIn(context));
        if (operation.IsUpload)
        {
            return;
        }

        await using LargeObjects objects = operation.Open(context with { Throttled = null });
        foreach ((string folder, string prefix) in new[] { (SourceIn(context), Stored), (WarmUpIn(context), WarmUpStored) })
        {
            FolderReport report = await objects.Bucket.UploadFolderAsync(folder, prefix, cancellationToken: cancellationToken);
            report.ThrowIfFailed();
        }
    }

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken)
    {
        LargeObjects objects = operation.Open(context);
        int? concurrency = side == Side.Library ? null : operation.IsSideBySide ? Concurrency : 1;
        return Task.FromResult<Workload>(
            operation.IsUpload ? new Upload(objects, context, concurrency) : new Download(objects, context, concurrency));
    }

    private static string SourceIn(BenchmarkContext context) => Path.Combine(context.Folder, "source");

    private static string WarmUpIn(BenchmarkContext context) => Path.Combine(context.Folder, "warm-up");

    private static SmallFiles FilesOf(BenchmarkContext context) => new(context.Size.Bytes, context.Size.Count);

    private static SmallFiles WarmUpFilesOf(BenchmarkContext context) => new(context.Size.Bytes, Math.Min(WarmUps, context.Size.Count));

    private abstract class Transfer(LargeObjects objects, BenchmarkContext context, int? concurrency) : Workload
    {
        protected LargeObjects Objects => objects;

        protected BenchmarkContext Context => context;

        /// <summary>How many calls of the SDK run at a time. <see langword="null"/> for the library's side.</summary>
        protected int? SdkConcurrency => concurrency;

        protected SmallFiles Files { get; } = FilesOf(context);

        protected string Unique { get; } = Guid.NewGuid().ToString("N");

        public override async ValueTask DisposeAsync()
        {
            await objects.DisposeAsync();
            await base.DisposeAsync();
        }

        protected static Task EachAsync(
            SmallFiles files, int concurrency, Func<int, CancellationToken, Task> act, CancellationToken cancellationToken)
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
            return Parallel.ForAsync(0, files.Count, parallel, async (number, token) => await act(number, token));
        }

        protected static void RequireAll(FolderReport report, SmallFiles files) =>
            Same.Require(
                report.ThrowIfFailed().Transferred == files.Count, $"{report.Transferred} files were transferred, not {files.Count}");
    }

    private sealed class Upload(LargeObjects objects, BenchmarkContext context, int? concurrency) : Transfer(objects, context, concurrency)
    {
        public override Task WarmUpAsync(CancellationToken cancellationToken) =>
            PutAsync(WarmUpFilesOf(Context), WarmUpIn(Context), $"warm-up-{Unique}", cancellationToken);

        public override Task RunAsync(CancellationToken cancellationToken) => PutAsync(Files, SourceIn(Context), Unique, cancellationToken);

        public override Task VerifyAsync(CancellationToken cancellationToken) => EachAsync(
            Files,
            Concurrency,
            async (number, token) =>
            {
                string key = $"{Unique}/{SmallFiles.NameOf(number)}";
                await using (Stream stored = await Objects.OpenAsync(key, token))
                {
                    await Files.RequireAsync(number, stored, token);
                }

                await Objects.DeleteAsync(key, token);
            },
            cancellationToken);

        private async Task PutAsync(SmallFiles files, string folder, string prefix, CancellationToken cancellationToken)
        {
            if (SdkConcurrency is { } most)
            {
                await EachAsync(
                    files,
                    most,
                    (number, token) =>
                    {
                        string name = SmallFiles.NameOf(number);
                        return Objects.PutSmallFileAsync($"{prefix}/{name}", Path.Combine(folder, name), token);
                    },
                    cancellationToken);
                return;
            }

            RequireAll(await Objects.Bucket.UploadFolderAsync(folder, prefix, cancellationToken: cancellationToken), files);
        }
    }

    private sealed class Download(LargeObjects objects, BenchmarkContext context, int? concurrency) : Transfer(
        objects, context, concurrency)
    {
        private string Got => Path.Combine(Context.Folder, $"got-{Unique}");

        private string WarmUpGot => Path.Combine(Context.Folder, $"got-warm-up-{Unique}");

        public override Task WarmUpAsync(CancellationToken cancellationToken) =>
            GetAsync(WarmUpFilesOf(Context), WarmUpStored, WarmUpGot, cancellationToken);

        /// <summary>The disk does not write the warm-up meanwhile.</summary>
        public override Task ArrangeAsync(CancellationToken cancellationToken)
        {
            Directory.Delete(WarmUpGot, recursive: true);
            SystemDisk.Settle();
            return Task.CompletedTask;
        }

        public override Task RunAsync(CancellationToken cancellationToken) => GetAsync(Files, Stored, Got, cancellationToken);

        public override Task VerifyAsync(CancellationToken cancellationToken)
        {
            Files.Require(Got);
            Directory.Delete(Got, recursive: true);
            return Task.CompletedTask;
        }

        private async Task GetAsync(SmallFiles files, string prefix, string folder, CancellationToken cancellationToken)
        {
            if (SdkConcurrency is { } most)
            {
                await EachAsync(
                    files,
                    most,
                    (number, token) =>
                    {
                        string name = SmallFiles.NameOf(number);
                        string path = Path.Combine(folder, name);
                        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                        return Objects.GetSmallFileAsync($"{prefix}/{name}", path, token);
                    },
                    cancellationToken);
                return;
            }

            RequireAll(await Objects.Bucket.DownloadFolderAsync(prefix, folder, cancellationToken: cancellationToken), files);
        }
    }
}
