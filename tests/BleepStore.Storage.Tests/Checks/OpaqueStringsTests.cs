using BleepStore.Storage.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace BleepStore.Storage.Tests.Checks;

/// <summary>Tests strings from callers. None that could split a request, widen a condition or flood a server passes the core.</summary>
public class OpaqueStringsTests
{
    private static readonly ObjectAddress Source = new(Stores.Bucket, "source");

    private static readonly string[] Hostile =
    [
        "\r",
        "\n",
        "\r\nX-Evil: 1",
        "\r\n\r\nDELETE /bucket/k HTTP/1.1\r\nHost: x\r\n\r\n",
        "\"",
        "\", \"",
        "\0",
        "\t",
        " ",
        "\u007f",
        "\u0080",
        "é", "\ud800", "\udc00",
        "\ud83d\ude00", "\u202e", "\u2028", "\ufeff", "\uffff",
    ];

    private static readonly string[] Harmless =
    [
        "a", "Z", "0", "-", "_", ".", "=", "+", "/", "~", "!", "*", "%0d", "'", "\\", ",", ";", "<", "{", "W",
    ];

    private static readonly (string Name, Func<Bucket, string, Task> Call)[] Doors =
    [
        ("put if match", static (bucket, text) => bucket.PutAsync("k", new byte[1], new PutOptions { IfMatch = text })),
        ("put if revision", static (bucket, text) => bucket.PutAsync("k", new byte[1], new PutOptions { IfRevision = text })),
        ("large put if revision", static (bucket, text) => bucket.PutAsync("k", new byte[50], new PutOptions { IfRevision = text })),
        ("writer if revision", static async (bucket, text) =>
        {
            await using ObjectWriter writer = await bucket.OpenWriteAsync("k", new PutOptions { IfRevision = text });
            await writer.Stream.WriteAsync(new byte[1]);
            await writer.CommitAsync();
        }),
        ("get if match", static (bucket, text) => bucket.GetAsync("k", new GetOptions { IfMatch = text })),
        ("get if none match", static (bucket, text) => bucket.GetAsync("k", new GetOptions { IfNoneMatch = text })),
        ("get if revision", static (bucket, text) => bucket.GetAsync("k", new GetOptions { IfRevision = text })),
        ("head if match", static (bucket, text) => bucket.HeadAsync("k", new HeadOptions { IfMatch = text })),
        ("head if none match", static (bucket, text) => bucket.HeadAsync("k", new HeadOptions { IfNoneMatch = text })),
        ("head if revision", static (bucket, text) => bucket.HeadAsync("k", new HeadOptions { IfRevision = text })),
        ("delete if match", static (bucket, text) => bucket.DeleteAsync("k", new DeleteOptions { IfMatch = text })),
        ("delete if revision", static (bucket, text) => bucket.DeleteAsync("k", new DeleteOptions { IfRevision = text })),
        ("copy if match", static (bucket, text) => bucket.CopyAsync(Source, "k", new CopyOptions { IfMatch = text })),
        ("copy if revision", static (bucket, text) => bucket.CopyAsync(Source, "k", new CopyOptions { IfRevision = text })),
        ("copy source if match", static (bucket, text) => bucket.CopyAsync(Source, "k", new CopyOptions { SourceIfMatch = text })),
        ("copy source if none match", static (bucket, text) => bucket.CopyAsync(Source, "k", new CopyOptions { SourceIfNoneMatch = text })),
        ("copy source if revision", static (bucket, text) => bucket.CopyAsync(Source, "k", new CopyOptions { SourceIfRevision = text })),
        ("part of an upload", static (bucket, text) => bucket.GetMultipartUpload("k", text).UploadPartAsync(1, new byte[1])),
        ("copied part of an upload", static (bucket, text) => bucket.GetMultipartUpload("k", text).CopyPartAsync(1, Source)),
        ("parts of an upload", static async (bucket, text) => await bucket.GetMultipartUpload("k", text).ListPartsAsync().ToListAsync()),
        ("completion of an upload", static (bucket, text) => bucket.GetMultipartUpload("k", text).CompleteAsync([new PartInfo
        {
            PartNumber = 1,
            ETag = "etag",
        }])),
        ("abort of an upload", static (bucket, text) => bucket.GetMultipartUpload("k", text).AbortAsync()),
        ("ETag of a part", static (bucket, text) => bucket.GetMultipartUpload("k", "id").CompleteAsync([new PartInfo
        {
            PartNumber = 1,
            ETag = text,
        }])),
        ("complete if match", static (bucket, text) => CompleteAsync(bucket, new CompleteOptions { IfMatch = text })),
        ("complete if revision", static (bucket, text) => CompleteAsync(bucket, new CompleteOptions { IfRevision = text })),
        ("uploads after an id", static (bucket, text) =>
            ListUploadsAsync(bucket, new ListUploadsOptions { StartAfterKey = "k", StartAfterUploadId = text })),
    ];

    private static IEnumerable<string> DoorNames => Doors.Select(static door => door.Name);

    [TestCaseSource(nameof(DoorNames))]
    public void What_is_hostile_is_a_bad_argument_and_reaches_no_backend(string door)
    {
        Gen<string> texts = from before in Law.Text(0, Harmless)
                            from hostile in Gen.Elements(Hostile)
                            from after in Law.Text(0, Harmless)
                            select before + hostile + after;
        Law.Holds(texts, text => IsRefused(door, text), times: 300);
    }

    [TestCaseSource(nameof(DoorNames))]
    public void What_is_too_long_is_a_bad_argument_and_reaches_no_backend(string door)
    {
        Assert.That(IsRefused(door, new string('x', 100_000)), Is.True);
        Assert.That(IsRefused(door, new string('x', 2_049)), Is.True);
        Assert.That(IsRefused(door, new string('x', 2_048)), Is.False);
    }

    [TestCaseSource(nameof(DoorNames))]
    public void What_is_printable_is_handed_on(string door)
    {
        string[] mild = [.. Harmless.Where(static text => text != "W")];
        Law.Holds(Law.Text(1, mild), text => !IsRefused(door, text), times: 300);
    }

    [TestCase(0xd800)]
    [TestCase(0xdc00)]
    public async Task Keys_to_list_after_are_text(int half)
    {
        string text = $"a{(char)half}b";
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        await Catch.AsyncAs<ArgumentException>(() => ListUploadsAsync(bucket, new ListUploadsOptions { StartAfterKey = text }));
        Assert.That(backend.Calls, Is.Empty);
    }

    [Test]
    public async Task What_is_listed_by_is_bounded()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        string tooLong = new('ä', 1025);
        await Catch.AsyncAs<ArgumentException>(() => bucket.ListPageAsync(new ListOptions { Prefix = tooLong }));
        await Catch.AsyncAs<ArgumentException>(() => bucket.ListPageAsync(new ListOptions { Delimiter = tooLong }));
        await Catch.AsyncAs<ArgumentException>(() => bucket.ListPageAsync(new ListOptions { StartAfter = tooLong }));
        await Catch.AsyncAs<ArgumentException>(() => ListUploadsAsync(bucket, new ListUploadsOptions { Prefix = tooLong }));
        await Catch.AsyncAs<ArgumentException>(() => ListUploadsAsync(bucket, new ListUploadsOptions { StartAfterKey = tooLong }));
        Assert.That(backend.Calls, Is.Empty);

        await bucket.ListPageAsync(new ListOptions { Prefix = new string('ä', 1024), StartAfter = new string('ä', 1024) });
    }

    [Test]
    public void A_token_that_no_page_gave_is_a_bad_argument()
    {
        Gen<string> texts = from before in Law.Text(0, Harmless)
                            from hostile in Gen.Elements(Hostile)
                            from after in Law.Text(0, Harmless)
                            select before + hostile + after;
        Law.Holds(texts, IsRefusedToken);
        Law.Holds(Law.Text(1, Harmless), IsRefusedToken);
        Assert.That(IsRefusedToken(new string('x', 100_000)), Is.True);
    }

    [Test]
    public async Task A_message_about_a_bad_argument_does_not_repeat_it()
    {
        Bucket bucket = Stores.Over(new ScriptedBackend());
        var hostile = new DeleteOptions { IfRevision = "secret\r\n" };
        ArgumentException error = await Catch.AsyncAs<ArgumentException>(() => bucket.DeleteAsync("k", hostile));
        Assert.That(error.Message, Does.Contain("revision").And.Not.Contain("secret"));
    }

    private static Task<ObjectProperties> CompleteAsync(Bucket bucket, CompleteOptions options) =>
        bucket.GetMultipartUpload("k", "id").CompleteAsync([new PartInfo { PartNumber = 1, ETag = "etag" }], options);

    private static async Task ListUploadsAsync(Bucket bucket, ListUploadsOptions options) =>
        await bucket.ListMultipartUploadsAsync(options).ToListAsync();

    private static bool IsRefusedToken(string text)
    {
        var backend = new ScriptedBackend();
        try
        {
            Stores.Over(backend).ListPageAsync(new ListOptions { ContinuationToken = text }).GetAwaiter().GetResult();
            return false;
        }
        catch (ArgumentException)
        {
            return backend.Calls.IsEmpty;
        }
    }

    private static bool IsRefused(string door, string text)
    {
        var backend = new ScriptedBackend();
        try
        {
            Doors.Single(one => one.Name == door).Call(Stores.Over(backend), text).GetAwaiter().GetResult();
            return false;
        }
        catch (ArgumentException)
        {
            return backend.Calls.IsEmpty;
        }
        catch (StorageException)
        {
            return false;
        }
    }
}
