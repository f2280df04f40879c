using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>Stages the parts of an object and completes it.</summary>
/// <param name="operation">The part of the provider.</param>
/// <param name="objects">Where the object is.</param>
/// <param name="size">The size of the object, in bytes.</param>
/// <param name="count">How many parts it has.</param>
internal sealed class CompletionWorkload(CompletionOperation operation, LargeObjects objects, long size, int count) : Workload
{
    private readonly string _key = Guid.NewGuid().ToString("N");
    private string _uploadId = "";
    private List<PartInfo> _parts = [];

    public override Task WarmUpAsync(CancellationToken cancellationToken) => CompleteSmallAsync(cancellationToken);

    public override async Task ArrangeAsync(CancellationToken cancellationToken)
    {
        (_uploadId, _parts) = await StageAsync(_key, size, count, cancellationToken);
        await operation.SettleAsync(this, cancellationToken);
    }

    public override Task RunAsync(CancellationToken cancellationToken) => CompleteAsync(_key, _uploadId, _parts, cancellationToken);

    public override async Task VerifyAsync(CancellationToken cancellationToken)
    {
        await using (Stream stored = await objects.OpenAsync(_key, cancellationToken))
        {
            await Same.RequirePatternAsync(stored, size, cancellationToken);
        }

        await objects.DeleteAsync(_key, cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        await objects.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>Completes a small object of two parts.</summary>
    public async Task CompleteSmallAsync(CancellationToken cancellationToken)
    {
        const string key = "small";
        (string id, List<PartInfo> parts) = await StageAsync(key, operation.WarmUpBytes, 2, cancellationToken);
        await CompleteAsync(key, id, parts, cancellationToken);
    }

    private Task<ObjectProperties> CompleteAsync(string key, string uploadId, List<PartInfo> parts, CancellationToken cancellationToken) =>
        objects.Bucket.GetMultipartUpload(key, uploadId).CompleteAsync(parts, cancellationToken: cancellationToken);

    private async Task<(string UploadId, List<PartInfo> Parts)> StageAsync(
        string key, long bytes, int number, CancellationToken cancellationToken)
    {
        MultipartUpload upload = await objects.Bucket.CreateMultipartUploadAsync(key, cancellationToken: cancellationToken);
        var source = new PatternStream(bytes);
        byte[] part = new byte[bytes / number];
        var parts = new List<PartInfo>();
        for (int at = 1; at <= number; at++)
        {
            await source.ReadExactlyAsync(part, cancellationToken);
            parts.Add(await upload.UploadPartAsync(at, part, cancellationToken: cancellationToken));
        }

        return (upload.UploadId, parts);
    }
}
