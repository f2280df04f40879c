using System.Globalization;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage;

namespace BleepStore.Samples.AzureBlocks;

/// <summary>A multipart upload step by step, and beside each step what the service holds then.</summary>
/// <param name="store">The store.</param>
/// <param name="options">The options.</param>
internal sealed class Walkthrough(ObjectStore store, SampleOptions options)
{
    private const string BucketName = "azure-blocks";

    /// <summary>
    /// Together with <see cref="SourceFile.PartSize"/>, this limits the memory to two parts, whatever the size of the file.
    /// </summary>
    private const int PartsAtATime = 2;

    /// <returns>Whether the object is what the file is.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        await store.CheckAsync(cancellationToken: cancellationToken);
        Bucket bucket = await store.CreateBucketAsync(BucketName, new CreateBucketOptions { IfNotExists = true }, cancellationToken);
        using SourceFile file = options.File is { } given
            ? SourceFile.Open(given)
            : await SourceFile.GenerateAsync(options.State, cancellationToken);
        IReadOnlyList<byte[]> hashes = await file.HashAsync(cancellationToken);

        MultipartUpload upload = await BeginAsync(bucket, file, cancellationToken);
        await SendPartsAsync(upload, file, hashes, cancellationToken);
        List<PartInfo> parts = await ListPartsAsync(bucket, upload, file, cancellationToken);
        ObjectProperties made = await CompleteAsync(bucket, upload, parts, cancellationToken);
        bool isSound = await CheckAsync(bucket, made, file, hashes, cancellationToken);
        if (!options.Keep)
        {
            await bucket.DeleteAsync(file.Name, cancellationToken: cancellationToken);
            Step($"Clean up: {file.Name} is deleted. --keep would have kept it. The container stays");
        }

        return isSound;
    }

    /// <summary>It needs no stored state, because the service knows the uploads, and each part's ETag identifies its bytes.</summary>
    private async Task<MultipartUpload> BeginAsync(Bucket bucket, SourceFile file, CancellationToken cancellationToken)
    {
        List<MultipartUploadInfo> begun = await bucket.ListMultipartUploadsAsync(
            new ListUploadsOptions { Prefix = file.Name }, cancellationToken)
            .Where(upload => upload.Key == file.Name)
            .OrderBy(static upload => upload.InitiatedAt)
            .ToListAsync(cancellationToken);
        if (options.Restart)
        {
            foreach (MultipartUploadInfo old in begun)
            {
                await bucket.GetMultipartUpload(old.Key, old.UploadId).AbortAsync(cancellationToken);
            }
        }
        else if (begun.Count > 0)
        {
            MultipartUploadInfo last = begun[^1];
            Step(string.Create(
                CultureInfo.InvariantCulture,
                $"Resume: the upload {last.UploadId} of {file.Name} was begun at {last.InitiatedAt:HH:mm:ss} UTC and not completed"));
            Say("The sample saved nothing here. The record is in the store, and the parts are uncommitted blocks of the blob.");
            return bucket.GetMultipartUpload(last.Key, last.UploadId);
        }

        MultipartUpload upload = await bucket.CreateMultipartUploadAsync(
            file.Name, new MultipartOptions { ContentType = "text/plain" }, cancellationToken);
        Step($"Begin: {file.Name}, {file.Size:N0} bytes, as the upload {upload.UploadId}");
        Say("The store now has a record of it, an empty blob with the attributes of the object to come.");
        return upload;
    }

    private async Task SendPartsAsync(
        MultipartUpload upload, SourceFile file, IReadOnlyList<byte[]> hashes, CancellationToken cancellationToken)
    {
        Dictionary<int, string> staged = await upload.ListPartsAsync(cancellationToken: cancellationToken)
            .ToDictionaryAsync(static part => part.PartNumber, static part => part.ETag, cancellationToken: cancellationToken);
        Step($"Parts: {file.Parts} of {SourceFile.PartSize:N0} bytes, {PartsAtATime} at a time; each is a Put Block on the blob that it " +
            "becomes a part of");
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = PartsAtATime, CancellationToken = cancellationToken };
        await PartProgress.RunAsync(file.Size, progress => Parallel.ForAsync(1, file.Parts + 1, parallel, async (number, token) =>
        {
            // The ETag of a part is its MD5, so a block with other bytes, or from a changed file, is sent again.
            if (staged.GetValueOrDefault(number) == SourceFile.Hex(hashes[number - 1]))
            {
                progress.Done(number, file.SizeOf(number), "is there already");
                return;
            }

            PartInfo part = await upload.UploadPartAsync(
                number, await file.ReadAsync(number, new byte[file.SizeOf(number)], token), cancellationToken: token);
            progress.Done(number, part.Size, $"sent, ETag {part.ETag}");
            await Task.Delay(options.Pause, token);
        }));
    }

    private async Task<List<PartInfo>> ListPartsAsync(
        Bucket bucket, MultipartUpload upload, SourceFile file, CancellationToken cancellationToken)
    {
        Step("List parts: what the service has, from the blob's uncommitted blocks alone");
        List<PartInfo> parts = await upload.ListPartsAsync(cancellationToken: cancellationToken).ToListAsync(cancellationToken);

        // A file that became shorter leaves parts of an earlier run behind. A subset may be completed. The rest is discarded.
        parts.RemoveAll(part => part.PartNumber > file.Parts);
        Say($"{parts.Count} parts, {parts.Sum(static part => part.Size):N0} bytes.");
        await ShowBlocksAsync(upload.Key, cancellationToken);
        Say(await bucket.ExistsAsync(upload.Key, cancellationToken: cancellationToken)
            ? "Readers still see the object that was there before."
            : "Readers see nothing yet.");
        return parts;
    }

    private async Task<ObjectProperties> CompleteAsync(
        Bucket bucket, MultipartUpload upload, List<PartInfo> parts, CancellationToken cancellationToken)
    {
        Step("Complete: one Put Block List makes the object of the blocks, and no byte is sent or read for it");
        ObjectProperties made = await upload.CompleteAsync(parts, cancellationToken: cancellationToken);
        await ShowBlocksAsync(upload.Key, cancellationToken);
        Say($"{made.Key} is there: {made.Size:N0} bytes, {made.ContentType}. The record is gone.");
        return await bucket.HeadAsync(made.Key, cancellationToken: cancellationToken);
    }

    private static async Task<bool> CheckAsync(
        Bucket bucket, ObjectProperties made, SourceFile file, IReadOnlyList<byte[]> hashes, CancellationToken cancellationToken)
    {
        Step("Check: the ETag must be the one that is computed from the file, and the bytes those of the file");
        string expected = SourceFile.ETagOf(hashes);
        Say($"ETag of the object {made.ETag}");
        Say($"ETag of the file   {expected}");
        await using ObjectReader reader = await bucket.GetAsync(made.Key, cancellationToken: cancellationToken);
        byte[] buffer = new byte[SourceFile.PartSize];
        bool isSame = made.ETag == expected && made.Size == file.Size;
        for (int number = 1; number <= file.Parts && isSame; number++)
        {
            Memory<byte> part = buffer.AsMemory(0, file.SizeOf(number));
            await reader.Content.ReadExactlyAsync(part, cancellationToken);
            isSame = MD5.HashData(part.Span).AsSpan().SequenceEqual(hashes[number - 1]);
        }

        Say(isSame ? "Right." : "WRONG: the object is not the file.");
        return isSame;
    }

    /// <summary>Shows the service's view by the SDK's own client, which the store returns.</summary>
    private async Task ShowBlocksAsync(string key, CancellationToken cancellationToken)
    {
        // docs/azure.md explains where a bucket's objects are in the shared container (Keys and names).
        BlockBlobClient blob = store.GetService<BlobContainerClient>()!.GetBlockBlobClient($"{BucketName}/{key}");
        try
        {
            BlockList blocks = (await blob.GetBlockListAsync(cancellationToken: cancellationToken)).Value;
            Say($"The blob {blob.Name}: {blocks.CommittedBlocks.Count()} committed blocks, {blocks.UncommittedBlocks.Count()} " +
                "uncommitted.");
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            Say("The blob is not called as its key is, which holds what Azure cannot spell.");
        }
    }

    private static void Step(string what)
    {
        Console.WriteLine();
        Console.WriteLine($"{what}.");
    }

    private static void Say(string what) => Console.WriteLine($"   {what}");
}
