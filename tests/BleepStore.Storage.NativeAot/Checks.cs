using System.IO.Compression;
using System.Security.Cryptography;

namespace BleepStore.Storage.NativeAot;

/// <summary>Uses a store as an application does, and checks each result.</summary>
internal sealed class Checks(ObjectStore store)
{
    private const int LargeSize = 20 * 1024 * 1024;

    private const string BucketName = "native";

    private int _passed;

    /// <returns>The number of checks, which all passed.</returns>
    /// <exception cref="CheckFailedException">A check failed.</exception>
    public async Task<int> RunAsync()
    {
        Bucket bucket = await store.CreateBucketAsync(BucketName);
        await CheckSmallAsync(bucket);
        await CheckLargeAsync(bucket);
        await CheckConditionsAsync(bucket);
        await CheckJsonAsync(bucket);
        await CheckZipAsync(bucket);
        await CheckPartsAsync(bucket);
        await CheckFilesAsync(bucket);
        await CheckLinksAsync(bucket);
        await CheckEndAsync(bucket);
        return _passed;
    }

    private async Task CheckSmallAsync(Bucket bucket)
    {
        var options = new PutOptions { ContentType = "text/plain", Metadata = new Dictionary<string, string> { ["author"] = "Zoë" } };
        await bucket.PutAsync("small", "Hello"u8.ToArray(), options);
        ObjectProperties stored = await bucket.HeadAsync("small");
        Require(stored.ContentType == "text/plain" && stored.Metadata["author"] == "Zoë", "The attributes are read back.");

        await using ObjectReader reader = await bucket.GetAsync("small", new GetOptions { Range = ByteRange.From(offset: 1, length: 3) });
        Require((await reader.ReadAllAsync()).AsSpan().SequenceEqual("ell"u8), "A range is read.");

        await bucket.CopyAsync("small", "copy");
        Require(await bucket.GetTextAsync("copy") == "Hello", "A copy has the bytes.");
    }

    private async Task CheckLargeAsync(Bucket bucket)
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(LargeSize);
        await bucket.PutAsync("large", new MemoryStream(bytes));
        await using ObjectReader reader = await bucket.GetAsync("large");
        byte[] read = await reader.ReadAllAsync();
        Require(read.AsSpan().SequenceEqual(bytes), "A large object is read back.");
    }

    private async Task CheckConditionsAsync(Bucket bucket)
    {
        try
        {
            await bucket.PutAsync("small", "other"u8.ToArray(), new PutOptions { IfAbsent = true });
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
        {
            Require(await bucket.GetTextAsync("small") == "Hello", "A refused put leaves the object.");
            return;
        }

        throw new CheckFailedException("A put with IfAbsent has overwritten an object.");
    }

    private async Task CheckJsonAsync(Bucket bucket)
    {
        var settings = new Settings("Zoë", 3);
        await bucket.PutJsonAsync("settings.json", settings, SettingsContext.Default.Settings);
        Require(await bucket.GetJsonAsync("settings.json", SettingsContext.Default.Settings) == settings, "JSON is read back.");
    }

    private async Task CheckZipAsync(Bucket bucket)
    {
        await bucket.WriteAsync("texts.zip", static async stream =>
        {
            await using ZipArchive zip = await ZipArchive.CreateAsync(
                stream, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null);
            await using Stream entry = await zip.CreateEntry("hello.txt").OpenAsync();
            await entry.WriteAsync("hello"u8.ToArray());
        });
        await using ObjectReadStream opened = await bucket.OpenReadAsync("texts.zip");
        await using var archive = new ZipArchive(opened);
        using var text = new StreamReader(await archive.GetEntry("hello.txt")!.OpenAsync());
        Require(await text.ReadToEndAsync() == "hello", "A zip is written and read.");
    }

    private async Task CheckPartsAsync(Bucket bucket)
    {
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("parts");
        PartInfo[] parts = await Task.WhenAll(
            upload.UploadPartAsync(1, new byte[5 * 1024 * 1024]),
            upload.UploadPartAsync(2, new byte[1024]));
        ObjectProperties stored = await upload.CompleteAsync(parts);
        Require(stored.Size == (5 * 1024 * 1024) + 1024 && stored.ETag.EndsWith("-2", StringComparison.Ordinal), "Parts are an object.");
    }

    private async Task CheckFilesAsync(Bucket bucket)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("bleepstore-native-");
        try
        {
            for (int at = 0; at < 3; at++)
            {
                await File.WriteAllTextAsync(Path.Combine(folder.FullName, $"{at}.txt"), $"{at}");
            }

            await bucket.UploadFolderAsync(folder.FullName, "folder/");
            SyncPlan plan = await SyncPlace.Folder(folder.FullName).PlanSyncAsync(SyncPlace.Bucket(bucket, "folder/"), new SyncOptions());
            (await plan.RunAsync()).ThrowIfFailed();
            Require(await bucket.GetTextAsync("folder/2.txt") == "2", "A folder is stored, and a plan runs.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task CheckLinksAsync(Bucket bucket)
    {
        if (!store.Capabilities.SupportsPresign)
        {
            return;
        }

        Uri link = (await bucket.PresignAsync("small", PresignMethod.Get, TimeSpan.FromMinutes(5))).Url;
        using var http = new HttpClient();
        Require(await http.GetStringAsync(link) == "Hello", "A link is answered.");
    }

    private async Task CheckEndAsync(Bucket bucket)
    {
        List<string> keys = [];
        await foreach (ListEntry entry in bucket.ListAsync(new ListOptions { Delimiter = "/" }))
        {
            keys.Add(entry.Key);
        }

        string[] expected = ["copy", "folder/", "large", "parts", "settings.json", "small", "texts.zip"];
        Require(keys.SequenceEqual(expected), "All keys are listed in order.");

        await bucket.DeleteManyAsync(["copy", "large", "parts", "settings.json", "small", "texts.zip"]);
        await bucket.DeletePrefixAsync("folder/");
        await store.DeleteBucketAsync(BucketName);
        Require(!await store.BucketExistsAsync(BucketName), "The bucket is deleted.");
    }

    private void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new CheckFailedException($"This is not so: {what}");
        }

        _passed++;
    }
}
