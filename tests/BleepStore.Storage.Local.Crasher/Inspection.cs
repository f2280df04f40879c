using System.Security.Cryptography;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;
using BleepStore.Storage.Local.Native;
using BleepStore.Storage.Local.Records;

namespace BleepStore.Storage.Local.Crasher;

/// <summary>Opens a store after a kill and holds all that is in it against the ledger.</summary>
internal sealed class Inspection(string root, Ledger ledger, Dictionary<string, Content> bystanders, Random random, bool isManaged)
{
    private readonly string _internals = Path.Combine(root, ".bleepstore");

    /// <summary>How many objects were read back.</summary>
    public int Objects { get; private set; }

    public async Task RunAsync(bool isDurable, bool keepsRecordsInFiles)
    {
        await using (ObjectStore store = Plan.Open(root, isDurable, keepsRecordsInFiles, isManaged))
        {
            Bucket bucket = store.GetBucket(Plan.Bucket);
            List<BucketInfo> buckets = await store.ListBucketsAsync().ToListAsync();
            Require(buckets is [{ Name: Plan.Bucket }], "The buckets are not what they were.");
            Require(Directory.GetFileSystemEntries(Path.Combine(_internals, "tmp"), "*", SearchOption.AllDirectories) is var tmp && tmp.Length == (isManaged ? 3 : 2) && tmp.Any(path => Path.GetFileName(path) == "lock"), "A dead process's temporary files were not swept.");
            await CheckUploadsAsync(bucket);
            for (int key = 0; key < Plan.Keys.Length; key++)
            {
                ledger.Settle(key, await CheckAsync(bucket, key));
            }

            ledger.Uploads.Clear();
            foreach ((string key, Content content) in bystanders)
            {
                Require(await ReadAsync(bucket, key) == content, $"'{key}', which nobody wrote to, changed.");
            }

            await CheckListingAsync(bucket);
            CheckRecords();
        }

        Require(Directory.GetFileSystemEntries(Path.Combine(_internals, "tmp")) is [], "Something was left among the temporary files.");
        Require(Directory.GetFiles(Path.Combine(_internals, "uploads"), "*", SearchOption.AllDirectories) is [], "Something was left of ended uploads.");
        string[] expected = isManaged ? ["format", "locks", "locks.0", "locks.d", "meta", "tmp", "uploads"] : ["locks", "meta", "tmp", "uploads"];
        Require(!Directory.GetFileSystemEntries(_internals).Select(Path.GetFileName).Except(expected).Any(), "Something was left beside what the store keeps.");
    }

    private async Task<Content?> CheckAsync(Bucket bucket, int key)
    {
        (Content? old, bool isDoubtful, Content? made) = ledger.Of(key);
        Content? found = await ReadAsync(bucket, Plan.Keys[key]);
        Require(
            found == old || (isDoubtful && found == made),
            $"'{Plan.Keys[key]}' is {Describe(found)}; it has to be {Describe(old)}{(isDoubtful ? $" or {Describe(made)}" : "")}.");
        return found;
    }

    /// <summary>Reads an object whole, and what is known of it.</summary>
    private async Task<Content?> ReadAsync(Bucket bucket, string key)
    {
        try
        {
            await using ObjectReader reader = await bucket.GetAsync(key);
            ObjectProperties properties = reader.Properties;
            byte[] bytes = await reader.ReadAllAsync();
            Objects++;
            string type = properties.ContentType ?? throw new CrashTestException($"'{key}' has lost its attributes.");
            int seed = int.Parse(type["text/".Length..], System.Globalization.CultureInfo.InvariantCulture);
            var content = new Content(seed, bytes.LongLength, Convert.ToHexStringLower(MD5.HashData(bytes)), properties.ETag);
            Require(properties.Size == bytes.LongLength, $"'{key}' has another size than it says.");
            Require(properties.Metadata.TryGetValue("seed", out string? metadata) && metadata == content.Metadata && properties.Metadata.Count == 1, $"'{key}' has lost its metadata.");
            return content;
        }
        catch (StorageException missing) when (missing.Code == StorageErrorCode.NoSuchKey)
        {
            return null;
        }
    }

    private async Task CheckListingAsync(Bucket bucket)
    {
        List<ListEntry> entries = await bucket.ListAsync().ToListAsync();
        Dictionary<string, Content> expected = Plan.Keys.Select((key, i) => (key, ledger.Of(i).Old)).Where(static pair => pair.Old is not null).ToDictionary(static pair => pair.key, static pair => pair.Old!, StringComparer.Ordinal);
        foreach ((string key, Content content) in bystanders)
        {
            expected.Add(key, content);
        }

        Require(
            entries.Count == expected.Count && entries.All(entry => expected.TryGetValue(entry.Key, out Content? content) && (content.ETag, content.Size) == (entry.ETag!, entry.Size)),
            $"The listing is [{string.Join(", ", entries.Select(static entry => entry.Key))}], the objects are [{string.Join(", ", expected.Keys)}].");

        // What a listing does not show may still be there: a file under a name that is no key's.
        int files = Directory.GetFiles(Path.Combine(root, Plan.Bucket), "*", SearchOption.AllDirectories).Count(IsObject);
        Require(files == expected.Count, $"There are {files} files for {expected.Count} objects.");
    }

    /// <summary>
    /// Whether a file counts for an object. One that was on its way into a folder when a process died can have two names, and a file that
    /// tells its name.
    /// </summary>
    private static bool IsObject(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        return Path.GetFileName(path) != LocalNames.Moving
            && (!Path.GetFileName(folder).StartsWith(LocalNames.Moving, StringComparison.Ordinal)
                || !File.Exists(Path.Combine(Path.GetDirectoryName(folder)!, File.ReadAllText(Path.Combine(folder, LocalNames.Moving)))));
    }

    /// <summary>
    /// An upload is there with its acknowledged parts, or it was ended by what was begun; one that was completed is not completed again
    /// over newer data.
    /// </summary>
    private async Task CheckUploadsAsync(Bucket bucket)
    {
        List<MultipartUploadInfo> listed = await bucket.ListMultipartUploadsAsync().ToListAsync();
        foreach ((string id, Ledger.UploadEntry upload) in ledger.Uploads)
        {
            string key = Plan.Keys[upload.Key];
            bool isListed = listed.RemoveAll(info => info.Key == key && info.UploadId == id) == 1;
            bool isPublished = upload.Ending == "complete" && await ReadAsync(bucket, key) == upload.Content;
            Require(isListed || upload.Ending == "abort" || isPublished, $"An upload of '{key}' was lost.");
            Require(!(isListed && isPublished), $"An upload of '{key}' was published and is still open.");
            await EndAsync(bucket, id, upload, isListed, isPublished);
        }

        foreach (MultipartUploadInfo unknown in listed)
        {
            int key = Array.IndexOf(Plan.Keys, unknown.Key);
            Require(key >= 0 && ledger.BegunOn(key) == "create", $"There is an upload {unknown.UploadId} of '{unknown.Key}' that nobody began.");
            await bucket.GetMultipartUpload(unknown.Key, unknown.UploadId).AbortAsync();
        }
    }

    private async Task EndAsync(Bucket bucket, string id, Ledger.UploadEntry upload, bool isListed, bool isPublished)
    {
        string key = Plan.Keys[upload.Key];
        MultipartUpload again = bucket.GetMultipartUpload(key, id);
        PartInfo[] parts = [.. upload.Sizes.Select((size, i) => new PartInfo
        {
            PartNumber = i + 1,
            ETag = Content.OfPut(upload.Seed + i, size).ETag,
            Size = size,
        })];
        if (isListed)
        {
            List<PartInfo> stored = await again.ListPartsAsync().ToListAsync();
            Require(
                upload.Parts.All(number => stored.Any(part => (part.PartNumber, part.ETag, part.Size) == (number + 1, parts[number].ETag, parts[number].Size))),
                $"A part of an upload of '{key}' was lost.");
            Require(stored.All(part => part.ETag == parts[part.PartNumber - 1].ETag), $"A part of an upload of '{key}' is torn.");
            if (upload.Ending == "complete" && random.Next(2) == 0)
            {
                await again.CompleteAsync(parts);
                Require(await ReadAsync(bucket, key) == upload.Content, $"An upload of '{key}' that was completed after the kill made something else.");
                return;
            }

            await again.AbortAsync();
        }
        else if (isPublished)
        {
            ObjectProperties made = await bucket.HeadAsync(key);
            Require((await again.CompleteAsync(parts)).Revision == made.Revision, $"Completing the upload of '{key}' again made another object.");

            // It is there, by the same name and attributes, but not by this upload: nothing may put it back.
            await bucket.PutAsync(key, "newer"u8.ToArray());
            Require(await FailsAsync(() => again.CompleteAsync(parts)), $"An upload of '{key}' was completed twice.");
            Require((await bucket.HeadAsync(key)).Size == 5, $"An upload of '{key}' was completed again, over newer data.");
            await bucket.DeleteAsync(key);
            MultipartUpload anew = await bucket.CreateMultipartUploadAsync(key, Content.MultipartOptions(upload.Seed));
            for (int i = 0; i < parts.Length; i++)
            {
                await anew.UploadPartAsync(i + 1, Content.Bytes(upload.Seed + i, upload.Sizes[i]));
            }

            await anew.CompleteAsync(parts);
        }

        Require(await FailsAsync(() => again.AbortAsync()), $"An upload of '{key}' ended twice.");
    }

    /// <summary>Every record that is a file is that of an object.</summary>
    private void CheckRecords()
    {
        string folder = Path.Combine(_internals, "meta");
        if (!Directory.Exists(folder))
        {
            return;
        }

        LocalErrors.Check(new NativeLayer(stepwise: false).OpenRoot(root, out DiskFolder handle), "Opening the root");
        using (handle)
        {
            var names = new LocalNames(isManaged ? NameRules.Portable : NameRules.Linux);
            var records = new HashSet<string>(StringComparer.Ordinal);
            foreach (string key in Plan.Keys.Concat(Plan.Bystanders))
            {
                var place = new Place(Plan.Bucket, key, $"{Plan.Bucket}/{names.PathOf(key)}");
                foreach (string path in new[] { place.Path, place.SelfPath, $"{place.MovingPath}/{LocalNames.Self}" })
                {
                    if (handle.Stat(path, out FileStatus status) == DiskError.None && status.IsFile)
                    {
                        records.Add(RecordReader.NameOf(place, status.Inode));
                    }
                }
            }

            string[] orphans = [.. Directory.GetFiles(folder).Select(Path.GetFileName).OfType<string>().Where(name => !records.Contains(name))];
            Require(orphans is [], $"Records belong to no object: {string.Join(", ", orphans)}");
        }
    }

    private static async Task<bool> FailsAsync(Func<Task> act)
    {
        try
        {
            await act();
            return false;
        }
        catch (StorageException missing) when (missing.Code == StorageErrorCode.NoSuchUpload)
        {
            return true;
        }
    }

    private static string Describe(Content? content) => content is null ? "absent" : content.ToString();

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new CrashTestException(otherwise);
        }
    }
}
