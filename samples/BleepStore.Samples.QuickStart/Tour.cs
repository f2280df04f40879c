using System.Text;
using BleepStore.Storage;

namespace BleepStore.Samples.QuickStart;

/// <summary>
/// One step for each thing that a store can do. The store is injected. Only Program.cs decides where it stores its objects.
/// </summary>
/// <param name="store">The store.</param>
internal sealed class Tour(ObjectStore store)
{
    private const string BucketName = "quick-start";
    private const string TreePrefix = "tree/";
    private const string SitePrefix = "site/";
    private const string GeneratedKey = "generated.txt";
    private const string CopyKey = "copies/generated.txt";
    private const string ScratchKey = "scratch.txt";
    private const int LinesShown = 8;

    /// <param name="tree">The folder to store.</param>
    /// <param name="workspace">Where files may be generated.</param>
    /// <param name="cancellationToken">Stops the tour. Acknowledged objects stay, and nothing is left half-written.</param>
    /// <returns>Whether every object has the bytes of its file.</returns>
    public async Task<bool> RunAsync(DirectoryInfo tree, DirectoryInfo workspace, CancellationToken cancellationToken)
    {
        List<FileInfo> files = SourceTree.Files(tree).ToList();
        if (files.Count == 0)
        {
            throw new IOException($"There is no file in {tree.FullName}. Name a folder that has some.");
        }

        // Creating a bucket is a separate call. No other call creates one as a side effect.
        Bucket bucket = await store.CreateBucketAsync(BucketName, cancellationToken: cancellationToken);
        var verification = new Verification(bucket);

        await UploadTreeAsync(bucket, tree, files, verification, cancellationToken);
        await ListAsync(bucket, cancellationToken);
        FileInfo generated = await GeneratedFile.CreateAsync(workspace, cancellationToken);
        await UploadInPartsAsync(bucket, generated, verification, cancellationToken);
        await ReadRangeAsync(bucket, cancellationToken);
        await CopyAsync(bucket, generated, verification, cancellationToken);
        await LoseConditionalPutAsync(bucket, TreePrefix + SourceTree.KeyOf(files[0], tree), cancellationToken);
        await DeleteAsync(bucket, cancellationToken);
        await SyncAsync(bucket, workspace, verification, cancellationToken);

        Step("Check: every object is read back; its MD5, and its ETag, must be those of its file");
        return await verification.RunAsync(cancellationToken);
    }

    private static async Task UploadTreeAsync(
        Bucket bucket, DirectoryInfo tree, List<FileInfo> files, Verification verification, CancellationToken cancellationToken)
    {
        Step($"Put: every file below {tree.FullName}, with its content type, its time and metadata");
        var options = new UploadFolderOptions
        {
            Exclude = SourceTree.Excluded,
            KeepTimes = true,
            Attributes = static name => new ObjectAttributes
            {
                // Null leaves the choice to the library, which knows well-known extensions.
                ContentType = Path.GetExtension(name) switch
                {
                    ".cs" => "text/plain",
                    ".csproj" or ".props" or ".targets" => "application/xml",
                    _ => null,
                },
                Metadata = new Dictionary<string, string> { ["file-name"] = Path.GetFileName(name) },
            },
        };
        FolderReport report = await bucket.UploadFolderAsync(tree.FullName, TreePrefix, options, cancellationToken);

        // A file that fails does not stop the others. The report has all failures. This tour needs every file.
        report.ThrowIfFailed();
        foreach (FileInfo file in files)
        {
            verification.Expect(TreePrefix + SourceTree.KeyOf(file, tree), file);
        }

        Say($"{report.Transferred} objects, {report.TransferredBytes:N0} bytes. One of them:");
        ObjectProperties properties = await bucket.HeadAsync(
            TreePrefix + SourceTree.KeyOf(files[0], tree), cancellationToken: cancellationToken);
        Say($"{properties.Key}: {properties.Size:N0} bytes, {properties.ContentType ?? "no content type"}, ETag {properties.ETag}");
        foreach ((string name, string value) in properties.Metadata.OrderBy(static entry => entry.Key, StringComparer.Ordinal))
        {
            Say($"  {name} = {value}");
        }
    }

    private static async Task ListAsync(Bucket bucket, CancellationToken cancellationToken)
    {
        Step($"List: the prefix \"{TreePrefix}\" and the delimiter \"/\" show one level of the tree");
        int count = 0;
        await foreach (ListEntry entry in bucket.ListAsync(new ListOptions { Prefix = TreePrefix, Delimiter = "/" }, cancellationToken))
        {
            if (count++ < LinesShown)
            {
                Say(entry.IsCommonPrefix ? $"{entry.Key} (common prefix)" : $"{entry.Key} ({entry.Size:N0} bytes)");
            }
        }

        if (count > LinesShown)
        {
            Say($"... and {count - LinesShown} more");
        }
    }

    private static async Task UploadInPartsAsync(
        Bucket bucket, FileInfo generated, Verification verification, CancellationToken cancellationToken)
    {
        Step($"Multipart upload: a generated file of {generated.Length:N0} bytes, in parts of {PartedFile.PartSize:N0} side by side");
        ObjectProperties stored = await PartedFile.UploadAsync(bucket, GeneratedKey, generated, cancellationToken);
        Say($"{stored.Key}: {stored.Size:N0} bytes, ETag {stored.ETag}");
        verification.Expect(GeneratedKey, generated);
    }

    private static async Task ReadRangeAsync(Bucket bucket, CancellationToken cancellationToken)
    {
        // The range has two lines on either side of the end of the first part, because readers do not notice parts.
        ByteRange range = ByteRange.From(PartedFile.PartSize - GeneratedFile.LineLength, 2 * GeneratedFile.LineLength);
        Step($"Ranged read: {range} of {GeneratedKey}, and its last {GeneratedFile.LineLength} bytes");
        Say(await ReadTextAsync(bucket, range, cancellationToken));
        Say(await ReadTextAsync(bucket, ByteRange.Suffix(GeneratedFile.LineLength), cancellationToken));
    }

    private static async Task<string> ReadTextAsync(Bucket bucket, ByteRange range, CancellationToken cancellationToken)
    {
        await using ObjectReader reader = await bucket.GetAsync(GeneratedKey, new GetOptions { Range = range }, cancellationToken);
        string text = Encoding.ASCII.GetString(await reader.ReadAllAsync(cancellationToken));
        return text.TrimEnd('\n').Replace("\n", "\n   ", StringComparison.Ordinal);
    }

    private static async Task CopyAsync(Bucket bucket, FileInfo generated, Verification verification, CancellationToken cancellationToken)
    {
        Step($"Copy: {GeneratedKey} to {CopyKey}, on the server: no byte passes through this program");
        ObjectProperties copy = await bucket.CopyAsync(
            new ObjectAddress(bucket.Name, GeneratedKey), CopyKey, cancellationToken: cancellationToken);
        Say($"{copy.Key}: {copy.Size:N0} bytes, still {copy.ContentType}");
        verification.Expect(CopyKey, generated, hasOwnETag: false);
    }

    private static async Task LoseConditionalPutAsync(Bucket bucket, string key, CancellationToken cancellationToken)
    {
        Step($"Conditional put: {key} again, but only if nothing is there");
        try
        {
            await bucket.PutAsync(key, "never stored"u8.ToArray(), new PutOptions { IfAbsent = true }, cancellationToken);
            Say("It was stored although the condition was not met. The check below will find it.");
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
        {
            Say($"Lost, as it should: {error.Message}");
        }
    }

    private static async Task DeleteAsync(Bucket bucket, CancellationToken cancellationToken)
    {
        Step($"Delete: {ScratchKey}, twice");
        await bucket.PutAsync(ScratchKey, "for a moment"u8.ToArray(), cancellationToken: cancellationToken);
        await bucket.DeleteAsync(ScratchKey, cancellationToken: cancellationToken);
        Say($"Is it there? {await bucket.ExistsAsync(ScratchKey, cancellationToken)}.");

        // Deleting what is not there is success, so that a delete can always be repeated.
        await bucket.DeleteAsync(ScratchKey, cancellationToken: cancellationToken);
    }

    private static async Task SyncAsync(
        Bucket bucket, DirectoryInfo workspace, Verification verification, CancellationToken cancellationToken)
    {
        DirectoryInfo folder = await Website.CreateAsync(workspace, cancellationToken);
        await bucket.UploadFolderAsync(folder.FullName, SitePrefix, cancellationToken: cancellationToken);
        await Website.ChangeAsync(folder, cancellationToken);

        Step("Sync: a small website is stored; then one page is changed, one added, one deleted. The plan is a dry run");
        SyncPlace site = SyncPlace.Folder(folder.FullName);
        var options = new SyncOptions { DeleteExtra = true };
        SyncPlan plan = await site.PlanSyncAsync(SyncPlace.Bucket(bucket, SitePrefix), options, cancellationToken);
        Say(plan.ToString());
        foreach (SyncChange change in plan.Changes)
        {
            Say($"  {change}");
        }

        FolderReport report = await plan.RunAsync(cancellationToken);
        report.ThrowIfFailed();
        Say($"Done: {report.Transferred} transferred, {report.Deleted} deleted, {report.Unchanged} unchanged.");
        foreach (FileInfo file in folder.EnumerateFiles())
        {
            verification.Expect(SitePrefix + file.Name, file);
        }
    }

    private static void Step(string what) => Console.WriteLine($"{Environment.NewLine}{what}");

    private static void Say(string what) => Console.WriteLine($"   {what}");
}
