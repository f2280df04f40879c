using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Local;

/// <summary>Copies a file of as many bytes, in the kernel.</summary>
/// <param name="operation">The measured operation.</param>
/// <param name="context">The context of the case.</param>
internal sealed class PlainCopy(CompletionOperation operation, BenchmarkContext context) : Workload
{
    private readonly string _path = Path.Combine(DiskPlace.PlainFolder(context), "completed");

    private string Source => _path + ".source";

    public override async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        await PlainFiles.PutAsync(Source, new PatternStream(operation.WarmUpBytes), cancellationToken);
        PlainFiles.Copy(Source, _path);
    }

    public override async Task ArrangeAsync(CancellationToken cancellationToken)
    {
        await PlainFiles.PutAsync(Source, new PatternStream(context.Size.Bytes), cancellationToken);
        SystemDisk.Settle();
    }

    public override Task RunAsync(CancellationToken cancellationToken)
    {
        PlainFiles.Copy(Source, _path);
        return Task.CompletedTask;
    }

    public override async Task VerifyAsync(CancellationToken cancellationToken)
    {
        await using (FileStream file = File.OpenRead(_path))
        {
            await Same.RequirePatternAsync(file, context.Size.Bytes, cancellationToken);
        }

        File.Delete(_path);
        File.Delete(Source);
    }
}
