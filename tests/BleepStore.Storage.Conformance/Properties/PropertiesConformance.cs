using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>Tests the system's properties, which are stored in the commit of the bytes and returned by every read.</summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
[UsesMultipart("Multipart")]
public abstract class PropertiesConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    private static readonly ObjectAttributes All = new()
    {
        ContentType = "text/html; charset=utf-8",
        ContentEncoding = "br",
        ContentLanguage = "en-GB, de",
        ContentDisposition = "attachment; filename=\"a b.txt\"",
        CacheControl = "public, max-age=3600",
        Expires = new DateTimeOffset(2035, 6, 7, 8, 9, 10, TimeSpan.Zero),
        Metadata = new Dictionary<string, string> { ["a"] = "1" },
    };

    /// <summary>How an object comes to be.</summary>
    public enum Way
    {
        /// <summary>A put in one part.</summary>
        Put,

        /// <summary>A put above the threshold.</summary>
        LargePut,

        /// <summary>A multipart upload.</summary>
        Multipart,

        /// <summary>A copy with attributes of its own.</summary>
        Copy,

        /// <summary>A committed writer.</summary>
        Writer,
    }

    [ContractTest]
    public async Task All_properties_arrive_and_return([Values] Way way)
    {
        ObjectProperties made = await MakeAsync(way, All);

        await using ObjectReader reader = await Bucket.GetAsync("object", new GetOptions { Range = ByteRange.From(1, 2) });
        StorageAssert.SameAttributes(made, All);
        StorageAssert.SameAttributes(reader.Properties, All);
        StorageAssert.SameAttributes(await Bucket.HeadAsync("object"), All);
    }

    [ContractTest]
    public async Task A_storage_class_is_kept([Values] Way way)
    {
        string storageClass = Harness.StorageClass;

        await MakeAsync(way, new ObjectAttributes { StorageClass = storageClass });

        Assert.That((await Bucket.HeadAsync("object")).StorageClass, Is.EqualTo(storageClass));
        Assert.That((await Bucket.ListAsync(new ListOptions { Prefix = "object" }).SingleAsync()).StorageClass, Is.EqualTo(storageClass));
    }

    [ContractTest]
    public async Task The_storage_class_is_known_on_get()
    {
        await PutAsync("object", [1], new PutOptions { StorageClass = Harness.StorageClass });

        await using ObjectReader reader = await Bucket.GetAsync("object");

        Assert.That(reader.Properties.StorageClass, Is.EqualTo(Harness.StorageClass));
    }

    [ContractTest]
    public async Task What_was_not_given_is_not_there([Values] Way way)
    {
        await MakeAsync(way, new ObjectAttributes());

        StorageAssert.SameAttributes(await Bucket.HeadAsync("object"), new ObjectAttributes());
    }

    [ContractTest]
    public async Task Each_property_returns_alone()
    {
        foreach (ObjectAttributes one in new ObjectAttributes[]
        {
            new() { ContentType = "a/b" },
            new() { ContentEncoding = "gzip" },
            new() { ContentLanguage = "fr" },
            new() { ContentDisposition = "inline" },
            new() { CacheControl = "no-store" }, new() { Expires = All.Expires },
        })
        {
            await MakeAsync(Way.Put, one);
            StorageAssert.SameAttributes(await Bucket.HeadAsync("object"), one);
        }
    }

    [ContractTest]
    public async Task Expires_is_kept_to_the_second_and_in_UTC()
    {
        var given = new DateTimeOffset(2035, 6, 7, 8, 9, 10, 987, TimeSpan.FromHours(5.5));

        await PutAsync("object", [1], new PutOptions { Expires = given });

        DateTimeOffset? expires = (await Bucket.HeadAsync("object")).Expires;
        Assert.That(expires, Is.EqualTo(new DateTimeOffset(2035, 6, 7, 2, 39, 10, TimeSpan.Zero)));
        Assert.That(expires!.Value.Offset, Is.EqualTo(TimeSpan.Zero));
    }

    [ContractTest]
    public async Task LastModified_is_now_and_in_UTC()
    {
        ObjectProperties stored = await PutAsync("object", [1]);

        Assert.That(stored.LastModified.Offset, Is.EqualTo(TimeSpan.Zero));
        Assert.That(stored.LastModified, Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromMinutes(15)));
    }

    [ContractTest]
    [TestCase("")]
    [TestCase("größe")]
    [TestCase(" a")]
    [TestCase("a ")]
    [TestCase("a\r\nX-Injected: 1")]
    [TestCase("a\tb")]
    [TestCase("\ud83d\ude40")]
    public async Task What_is_not_printable_ASCII_is_an_argument_error(string value)
    {
        ObjectProperties old = await PutAsync("object", [1]);

        // An empty content type counts as none.
        string contentType = value.Length > 0 ? value : " ";
        foreach (PutOptions options in new PutOptions[]
        {
            new() { ContentType = contentType }, new() { ContentEncoding = value }, new() { ContentLanguage = value },
            new() { ContentDisposition = value }, new() { CacheControl = value }, new() { StorageClass = value },
        })
        {
            await StorageAssert.ThrowsAsync<ArgumentException>(() => PutAsync("object", [2], options));
        }

        await StorageAssert.ThrowsAsync<ArgumentException>(
            () => Bucket.CreateMultipartUploadAsync("object", new MultipartOptions { ContentType = contentType }));
        await AssertUntouchedAsync(old, [1]);
        await AssertNoUploadsAsync();
    }

    [ContractTest]
    public async Task A_snapshot_does_not_change_when_the_object_does()
    {
        await MakeAsync(Way.Put, All);
        ObjectProperties before = await Bucket.HeadAsync("object");
        ObjectProperties copy = before with { };

        await PutAsync(
            "object",
            Payload.Bytes(5),
            new PutOptions { ContentType = "other/type", Metadata = new Dictionary<string, string> { ["a"] = "2" } });

        StorageAssert.SameObject(before, copy);
        StorageAssert.SameAttributes(before, All);
    }

    private async Task<ObjectProperties> MakeAsync(Way way, ObjectAttributes attributes)
    {
        PutOptions put = Fill(new PutOptions(), attributes);
        switch (way)
        {
            case Way.Put:
                return await PutAsync("object", Payload.Bytes(100), put);
            case Way.LargePut:
                return await PutAsync("object", Payload.Bytes(PartSize + 100), put);
            case Way.Multipart:
                MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object", Fill(new MultipartOptions(), attributes));
                return await upload.CompleteAsync([await upload.UploadPartAsync(1, Payload.Bytes(100))]);
            case Way.Copy:
                await PutAsync(
                    "source",
                    Payload.Bytes(100),
                    new PutOptions { ContentLanguage = "xx", Metadata = new Dictionary<string, string> { ["x"] = "1" } });
                return await Bucket.CopyAsync(
                    new ObjectAddress(Bucket.Name, "source"), "object", new CopyOptions { Attributes = attributes });
            default:
                await using (ObjectWriter writer = await Bucket.OpenWriteAsync("object", put))
                {
                    await writer.Stream.WriteAsync(Payload.Bytes(100));
                    return await writer.CommitAsync();
                }
        }
    }

    private static T Fill<T>(T options, ObjectAttributes from)
        where T : ObjectAttributes => options with
        {
            ContentType = from.ContentType,
            ContentEncoding = from.ContentEncoding,
            ContentLanguage = from.ContentLanguage,
            ContentDisposition = from.ContentDisposition,
            CacheControl = from.CacheControl,
            Expires = from.Expires,
            StorageClass = from.StorageClass,
            Metadata = from.Metadata,
        };
}
