using System.IO.Compression;
using System.Text;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Budget;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Decorators.Compression;
using BleepStore.Storage.Tests.Conformance;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Decorators.Compression;

public class CompressionBackendTests
{
    private const int PartSize = 100_000;
    private static readonly PutOptions Text = new() { ContentType = "text/plain; charset=utf-8" };

    private readonly ScriptedBackend _stored = new();

    private Bucket Raw => Stores.Over(_stored, PartSize);

    [Test]
    public async Task An_object_is_stored_smaller_and_reads_back_as_it_was([Values] CompressionMethod method, [Values] bool isCloudLike)
    {
        byte[] bytes = Prose(50_000);
        Bucket bucket = Over(options => options.Method = method, isCloudLike);
        PutOptions options = Text with { CacheControl = "no-cache", Metadata = Entry("owner", "zoë") };

        ObjectProperties put = await bucket.PutAsync("k", new SequentialSource(bytes), options);

        ObjectProperties stored = await Raw.HeadAsync("k");
        Assert.That(stored.Size, Is.LessThan(bytes.Length / 2));
        Assert.That(stored.ContentEncoding, Is.EqualTo(method == CompressionMethod.Gzip ? "gzip" : "br"));
        Assert.That(stored.ContentType, Is.EqualTo(options.ContentType));
        Assert.That(Decode(await ReadAsync(Raw, "k"), method), Is.EqualTo(bytes), "any tool can read it");

        await using ObjectReader reader = await bucket.GetAsync("k");
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(bytes));
        foreach (ObjectProperties shown in new[] { put, reader.Properties, await bucket.HeadAsync("k") })
        {
            Assert.That(
                (shown.Size, shown.ContentEncoding, shown.CacheControl), Is.EqualTo(((long)bytes.Length, (string?)null, "no-cache")));
            Assert.That((shown.ETag, shown.Revision), Is.EqualTo((stored.ETag, stored.Revision)));
            Assert.That(shown.Metadata, Is.EquivalentTo(options.Metadata));
        }
    }

    [Test]
    public async Task The_ETag_of_a_listing_serves_as_a_condition([Values] bool isCloudLike)
    {
        Bucket bucket = Over(isCloudLike: isCloudLike);
        await bucket.PutAsync("k", Prose(5000), Text);
        ListEntry entry = await bucket.ListAsync().SingleAsync();

        ObjectProperties replaced = await bucket.PutAsync("k", Prose(6000), Text with { IfMatch = entry.ETag });
        await Catch.CodeAsync(
            StorageErrorCode.PreconditionFailed, () => bucket.PutAsync("k", Prose(7000), Text with { IfMatch = entry.ETag }));

        await Catch.CodeAsync(StorageErrorCode.NotModified, () => bucket.GetAsync("k", new GetOptions { IfNoneMatch = replaced.ETag }));
        Assert.That((await bucket.HeadAsync("k")).Size, Is.EqualTo(6000));
        Assert.That(entry.Size, Is.LessThan(5000), "a listing shows what is stored");
    }

    /// <summary>The core has hashed a file before it changes in place. The upstream sees other bytes, so it cannot notice.</summary>
    [Test]
    public async Task A_source_that_changed_after_it_was_hashed_is_refused_and_the_old_object_stays()
    {
        var backend = new CompressionBackend(_stored, new CompressionOptions(), Stores.Context(_stored));
        ObjectProperties old = await Stores.Over(backend, PartSize).PutAsync("k", Prose(3000), Text);
        var request = new PutRequest
        {
            Bucket = Stores.Bucket,
            Key = "k",
            Body = new Changed(StorageBody.FromBytes(Prose(5000)), StorageBody.FromBytes(Prose(5001)[..5000].Reverse().ToArray())),
            Attributes = new ObjectAttributes { ContentType = "text/plain" },
            WriteToken = "token",
        };

        await Catch.CodeAsync(StorageErrorCode.BadDigest, () => backend.PutAsync(request, CancellationToken.None).AsTask());

        Assert.That((await Raw.HeadAsync("k")).Revision, Is.EqualTo(old.Revision));
    }

    /// <summary>A record that a client has made up would show a size that is none.</summary>
    [TestCase("bleepcompressed")]
    [TestCase("BleepCompressed")]
    public async Task A_caller_cannot_give_a_record_of_its_own(string name)
    {
        Bucket bucket = Over();
        await bucket.PutAsync("source", Prose(2000), Text);
        PutOptions forged = Text with { ContentEncoding = "br", Metadata = Entry(name, "br:9223372036854775807:2000") };

        await Catch.AsyncAs<ArgumentException>(() => bucket.PutAsync("k", Prose(2000), forged));
        await Catch.AsyncAs<ArgumentException>(() => bucket.PutAsync("k", Prose(PartSize * 2), forged));
        await Catch.AsyncAs<ArgumentException>(
            () => bucket.CreateMultipartUploadAsync("k", new MultipartOptions { Metadata = forged.Metadata }));
        await Catch.AsyncAs<ArgumentException>(
            () => bucket.CopyAsync(new ObjectAddress(Stores.Bucket, "source"), "k", new CopyOptions { Attributes = forged }));

        Assert.That(await Raw.ExistsAsync("k"), Is.False);
    }

    [TestCase("image/png", null, 5000)]
    [TestCase(null, null, 5000)]
    [TestCase("text/plain", "gzip", 5000)]
    [TestCase("text/plain", null, 1023)]
    public async Task An_object_that_is_not_worth_it_is_stored_as_it_is(string? type, string? encoding, int size)
    {
        byte[] bytes = Prose(size);
        Bucket bucket = Over();

        await bucket.PutAsync("k", bytes, new PutOptions { ContentType = type, ContentEncoding = encoding });

        Assert.That(await ReadAsync(Raw, "k"), Is.EqualTo(bytes));
        Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo(bytes));
        Assert.That((await bucket.HeadAsync("k")).ContentEncoding, Is.EqualTo(encoding));
        Assert.That((await Raw.HeadAsync("k")).Metadata, Is.Empty);
    }

    [Test]
    public async Task Bytes_that_do_not_become_smaller_are_stored_as_they_are([Values] CompressionMethod method)
    {
        byte[] bytes = Bytes.Of(50_000);
        Bucket bucket = Over(options => options.Method = method);

        await bucket.PutAsync("k", bytes, Text);

        Assert.That(await ReadAsync(Raw, "k"), Is.EqualTo(bytes));
        Assert.That((await Raw.HeadAsync("k")).ContentEncoding, Is.Null);
    }

    [Test]
    public async Task Types_and_the_smallest_size_are_the_applications_to_choose()
    {
        Bucket bucket = Over(static options =>
        {
            options.MinimumSize = 100;
            options.ShouldCompress = static type => type == "application/x-thing";
        });

        await bucket.PutAsync("text", Prose(5000), Text);
        await bucket.PutAsync("thing", Prose(200), new PutOptions { ContentType = "Application/X-Thing;v=1" });

        Assert.That((await Raw.HeadAsync("text")).ContentEncoding, Is.Null);
        Assert.That((await Raw.HeadAsync("thing")).ContentEncoding, Is.EqualTo("br"));
    }

    [TestCase("text/html", true)]
    [TestCase("application/json", true)]
    [TestCase("application/problem+json", true)]
    [TestCase("image/svg+xml", true)]
    [TestCase("application/wasm", true)]
    [TestCase("image/png", false)]
    [TestCase("video/mp4", false)]
    [TestCase("application/zip", false)]
    [TestCase("application/octet-stream", false)]
    public void The_types_that_are_worth_it_are_those_that_are_not_compressed_by_themselves(string type, bool isWorthIt) =>
        Assert.That(CompressibleTypes.Contain(type), Is.EqualTo(isWorthIt));

    [Test]
    public async Task An_object_with_the_encoding_that_was_stored_without_the_decorator_reads_as_it_is([Values] bool hasForeignRecord)
    {
        byte[] encoded = Encode(Prose(5000), CompressionMethod.Brotli);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["owner"] = "zoe" };
        if (hasForeignRecord)
        {
            // Another tool has copied the metadata of one object to another.
            metadata[CompressionRecord.Name] = $"br:5000:{encoded.Length + 1}";
        }

        await Raw.PutAsync("k", encoded, new PutOptions { ContentType = "text/plain", ContentEncoding = "br", Metadata = metadata });
        Bucket bucket = Over();

        ObjectProperties found = await bucket.HeadAsync("k");

        Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo(encoded));
        Assert.That((found.Size, found.ContentEncoding), Is.EqualTo(((long)encoded.Length, "br")));
        Assert.That(found.Metadata, Is.EquivalentTo(metadata));
        await using ObjectReader range = await bucket.GetAsync("k", new GetOptions { Range = ByteRange.From(1, 10) });
        Assert.That(await range.ReadAllAsync(), Is.EqualTo(encoded[1..11]));
    }

    [Test]
    public async Task A_range_is_refused_unless_it_is_the_whole([Values] bool isCloudLike)
    {
        byte[] bytes = Prose(50_000);
        Bucket bucket = Over(isCloudLike: isCloudLike);
        await bucket.PutAsync("k", bytes, Text);

        foreach (ByteRange range in new[] { ByteRange.From(0, 10), ByteRange.From(49_000, 10), ByteRange.Suffix(10) })
        {
            StorageException error = await Catch.CodeAsync(
                StorageErrorCode.NotSupported, () => bucket.GetAsync("k", new GetOptions { Range = range }));
            Assert.That(error.Message, Does.Contain("WithCompression"));
        }

        StorageException outside = await Catch.CodeAsync(
            StorageErrorCode.InvalidRange, () => bucket.GetAsync("k", new GetOptions { Range = ByteRange.From(50_000, 1) }));
        Assert.That(outside.ObjectSize, Is.EqualTo(50_000));
        foreach (ByteRange range in new[] { ByteRange.From(0), ByteRange.From(0, 60_000), ByteRange.Suffix(50_000) })
        {
            await using ObjectReader reader = await bucket.GetAsync("k", new GetOptions { Range = range });
            Assert.That(await reader.ReadAllAsync(), Is.EqualTo(bytes), range.ToString());
        }
    }

    [Test]
    public async Task A_body_that_breaks_off_is_resumed([Values] CompressionMethod method, [Values] bool isSynchronous)
    {
        byte[] bytes = Prose(90_000);
        Bucket bucket = Over(options => options.Method = method);
        await bucket.PutAsync("k", bytes, Text);
        int gets = 0;
        _stored.Get = async (request, token) =>
        {
            GetResult found = await _stored.Real.GetAsync(request, token);
            Func<CancellationToken, ValueTask<int>>? atBreak = gets++ % 2 == 0 ? null : static _ => new ValueTask<int>(0);
            return found with { Content = new BreakingStream(found.Content, Math.Max(100, found.Range.Length / 2), atBreak) };
        };

        await using ObjectReader reader = await bucket.GetAsync("k");
        byte[] read = new byte[bytes.Length];
        if (isSynchronous)
        {
            reader.Content.ReadExactly(read);
        }
        else
        {
            await reader.Content.ReadExactlyAsync(read);
        }

        Assert.That(read, Is.EqualTo(bytes));
        Assert.That(gets, Is.GreaterThan(3));
    }

    [Test]
    public async Task A_read_continues_after_reads_that_were_cancelled_while_they_waited(
        [Values] CompressionMethod method, [Values(100, 200_000)] int bufferSize, [Values(1, 101)] int step)
    {
        byte[] bytes = Prose(900 * step);
        Bucket bucket = Over(options => (options.Method, options.MinimumSize) = (method, 0));
        await bucket.PutAsync("k", bytes, Text);
        _stored.Get = async (request, token) =>
        {
            GetResult found = await _stored.Real.GetAsync(request, token);
            return found with { Content = new HaltingBody(found.Content, step) };
        };
        await using ObjectReader reader = await bucket.GetAsync("k");

        (byte[] read, int cancelled) = await HaltingBody.ReadAllAsync(reader.Content, bufferSize);

        Assert.That(read, Is.EqualTo(bytes));
        Assert.That(cancelled, Is.GreaterThan(100));
        Assert.That(_stored.Count("Get"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_body_that_breaks_off_again_and_again_says_that_the_service_cannot_be_reached()
    {
        Bucket bucket = Over();
        await bucket.PutAsync("k", Prose(5000), Text);
        _stored.Get = async (request, token) =>
        {
            GetResult found = await _stored.Real.GetAsync(request, token);
            return found with { Content = new BreakingStream(found.Content, 0) };
        };

        await using ObjectReader reader = await bucket.GetAsync("k");

        await Catch.CodeAsync(StorageErrorCode.ServiceUnavailable, () => reader.Content.CopyToAsync(Stream.Null));
    }

    [Test]
    public async Task Bytes_that_were_damaged_are_refused([Values] CompressionMethod method, [Values] bool isSynchronous)
    {
        Bucket bucket = Over(options => options.Method = method);
        await bucket.PutAsync("k", Prose(50_000), Text);
        ObjectProperties stored = await Raw.HeadAsync("k");
        byte[] damaged = await ReadAsync(Raw, "k");
        damaged.AsSpan(damaged.Length / 2).Reverse();
        await Raw.PutAsync("k", damaged, new PutOptions(stored));

        await using ObjectReader reader = await bucket.GetAsync("k");
        Func<Task> read = isSynchronous ? () => Task.Run(() => reader.Content.CopyTo(Stream.Null)) : () => reader.Content.CopyToAsync(
            Stream.Null);

        StorageException error = await Catch.CodeAsync(StorageErrorCode.BadDigest, read);
        Assert.That(error.IsTransient, Is.False);
    }

    [TestCase(4999)]
    [TestCase(5001)]
    public async Task A_record_that_names_another_size_than_the_bytes_have_is_refused(int recorded)
    {
        byte[] encoded = Encode(Prose(5000), CompressionMethod.Brotli);
        var metadata = Entry(CompressionRecord.Name, $"br:{recorded}:{encoded.Length}");
        await Raw.PutAsync("k", encoded, new PutOptions { ContentEncoding = "br", Metadata = metadata });

        await using ObjectReader reader = await Over().GetAsync("k");

        await Catch.CodeAsync(StorageErrorCode.BadDigest, () => reader.Content.CopyToAsync(Stream.Null));
    }

    /// <summary>A thousand times as many bytes as are stored, of which only those pass that are read.</summary>
    [Test]
    public async Task A_decompression_bomb_is_read_in_steps()
    {
        byte[] encoded = Encode(new byte[64 * 1024 * 1024], CompressionMethod.Brotli);
        var metadata = Entry(CompressionRecord.Name, $"br:{64 * 1024 * 1024}:{encoded.Length}");
        await Raw.PutAsync("k", encoded, new PutOptions { ContentEncoding = "br", Metadata = metadata });
        Bucket bucket = Over();

        long before = GC.GetAllocatedBytesForCurrentThread();
        await using ObjectReader reader = await bucket.GetAsync("k");
        byte[] step = new byte[4096];
        int read = reader.Content.Read(step);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(encoded, Has.Length.LessThan(64 * 1024));
        Assert.That(read, Is.InRange(1, step.Length));
        Assert.That(allocated, Is.LessThan(4 * 1024 * 1024));
    }

    [TestCase("br:5000")]
    [TestCase("br:5000:x")]
    [TestCase("br:-1:20")]
    [TestCase("br:99999999999999999999:20")]
    [TestCase("zip:5000:20")]
    [TestCase("br:0:20")]
    [TestCase("")]
    public void A_record_that_makes_no_sense_is_none(string value)
    {
        var stored = new ObjectProperties
        {
            Key = "k",
            Size = 20,
            ETag = "e",
            Revision = "r",
            LastModified = default,
            ContentEncoding = "br",
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [CompressionRecord.Name] = value },
        };

        Assert.That(CompressionRecord.Of(stored), Is.Null);
        Assert.That(CompressionRecord.Show(stored), Is.SameAs(stored));
    }

    [TestCase("br", true)]
    [TestCase("gzip, br", true)]
    [TestCase("gzip,br", true)]
    [TestCase("br, gzip", false)]
    [TestCase("xbr", false)]
    [TestCase("gzip", false)]
    public void The_last_coding_is_the_one_that_the_record_is_about(string encoding, bool isOne)
    {
        var stored = new ObjectProperties
        {
            Key = "k",
            Size = 20,
            ETag = "e",
            Revision = "r",
            LastModified = default,
            ContentEncoding = encoding,
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [CompressionRecord.Name] = "br:5000:20" },
        };

        Assert.That(CompressionRecord.Of(stored) is not null, Is.EqualTo(isOne));
        Assert.That(CompressionRecord.Show(stored).ContentEncoding, Is.EqualTo(!isOne ? encoding : encoding == "br" ? null : "gzip"));
    }

    [Test]
    public async Task A_large_put_and_an_explicit_upload_are_stored_as_they_are([Values] bool isCloudLike)
    {
        byte[] bytes = Prose(350_000);
        Bucket bucket = Over(isCloudLike: isCloudLike);

        ObjectProperties put = await bucket.PutAsync("large", new SequentialSource(bytes), Text);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("explicit", new MultipartOptions { ContentType = "text/plain" });
        PartInfo part = await upload.UploadPartAsync(1, bytes);
        await upload.CompleteAsync([part]);

        Assert.That(put.ETag, Does.EndWith("-4"));
        foreach (string key in new[] { "large", "explicit" })
        {
            Assert.That(await ReadAsync(Raw, key), Is.EqualTo(bytes));
            await using ObjectReader range = await bucket.GetAsync(key, new GetOptions { Range = ByteRange.From(1000, 10) });
            Assert.That(await range.ReadAllAsync(), Is.EqualTo(bytes[1000..1010]));
        }
    }

    [Test]
    public async Task A_copy_a_move_and_new_attributes_keep_the_object_readable(
        [Values] bool isCloudLike, [Values] bool isTooLargeForOneRequest)
    {
        byte[] bytes = Prose(90_000);
        if (isTooLargeForOneRequest)
        {
            _stored.Can(static can => can with { MaxCopySize = 60_000 });
        }

        Bucket bucket = Over(isCloudLike: isCloudLike, maxCopySize: isTooLargeForOneRequest ? 60_000 : long.MaxValue);
        await bucket.PutAsync("k", bytes, Text);

        await bucket.CopyAsync("k", "copy");
        await bucket.MoveAsync("copy", "moved");
        await bucket.UpdateAttributesAsync(
            "moved", static attributes => attributes with { CacheControl = "no-cache", ContentEncoding = "gzip" });

        ObjectProperties found = await bucket.HeadAsync("moved");
        Assert.That(await ReadAsync(bucket, "moved"), Is.EqualTo(bytes));
        Assert.That((found.Size, found.CacheControl, found.ContentEncoding), Is.EqualTo(((long)bytes.Length, "no-cache", "gzip")));
        Assert.That((await Raw.HeadAsync("moved")).ContentEncoding, Is.EqualTo("gzip, br"));
        Assert.That((await Raw.HeadAsync("moved")).Size, Is.LessThan(bytes.Length / 2));
        Assert.That(await bucket.ExistsAsync("copy"), Is.False);
    }

    [Test]
    public async Task A_part_is_copied_of_an_object_that_is_not_compressed_only()
    {
        byte[] bytes = Prose(5000);
        Bucket bucket = Over();
        await bucket.PutAsync("compressed", bytes, Text);
        await bucket.PutAsync("plain", bytes);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.NotSupported, () => upload.CopyPartAsync(1, new ObjectAddress(Stores.Bucket, "compressed")));
        PartInfo part = await upload.CopyPartAsync(1, new ObjectAddress(Stores.Bucket, "plain"));
        await upload.CompleteAsync([part]);

        Assert.That(error.Message, Does.Contain("WithCompression"));
        Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo(bytes));
    }

    [Test]
    public async Task A_source_that_fails_or_has_other_bytes_than_declared_stores_nothing()
    {
        Bucket bucket = Over();
        await Catch.AsyncAs<IOException>(
            () => bucket.PutAsync("k", new BreakingBody(Prose(5000), new IOException("The source broke.")), Text));
        await Catch.CodeAsync(StorageErrorCode.BadDigest, () => bucket.PutAsync("k", Prose(5000), Text with { ContentMd5 = new byte[16] }));
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Catch.AsyncAs<OperationCanceledException>(() => bucket.PutAsync("k", Prose(5000), Text, stop.Token));

        Assert.That(await bucket.ExistsAsync("k"), Is.False);
    }

    [Test]
    public async Task A_file_is_downloaded_and_uploaded_again_by_the_everyday_methods()
    {
        string text = Encoding.UTF8.GetString(Prose(90_000));
        Bucket bucket = Over();
        using var folder = new TemporaryFolder();
        await bucket.PutTextAsync("k.txt", text);

        await bucket.GetFileAsync("k.txt", folder.PathOf("k.txt"));
        await bucket.PutFileAsync("again.txt", folder.PathOf("k.txt"));

        Assert.That(await bucket.GetTextAsync("again.txt"), Is.EqualTo(text));
        Assert.That((await Raw.HeadAsync("again.txt")).ContentEncoding, Is.EqualTo("br"));
    }

    [Test]
    public async Task An_object_that_is_replaced_while_a_range_is_opened_reads_as_one_or_the_other()
    {
        byte[] plain = Prose(200);
        Bucket bucket = Over();
        await bucket.PutAsync("k", Prose(5000), Text);
        bool isReplaced = false;
        _stored.Get = async (request, token) =>
        {
            if (request.Range is null && !isReplaced)
            {
                isReplaced = true;
                await Raw.PutAsync("k", plain, cancellationToken: token);
            }

            return await _stored.Real.GetAsync(request, token);
        };

        await using ObjectReader reader = await bucket.GetAsync("k", new GetOptions { Range = ByteRange.From(0, 5000) });

        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(plain));
        Assert.That(isReplaced, Is.True);
    }

    [Test]
    public async Task The_compressed_bytes_are_part_of_the_transfer_budget([Values] bool isFull)
    {
        const int size = 3_000_000;
        var budget = new TransferBudget(16 * 1024 * 1024);
        var backend = new CompressionBackend(_stored, new CompressionOptions(), Stores.Context(_stored, budget: budget));
        Bucket bucket = Stores.Over(backend, partSize: 2 * size, budget: budget);
        long left = 0;
        _stored.Put = (request, token) =>
        {
            left = budget.Gate.Left;
            return _stored.Real.PutAsync(request, token).AsTask();
        };
        using TransferPass? others = isFull ? budget.Gate.TryEnter(budget.Bytes - 1000) : null;
        long before = budget.Gate.Left;

        await bucket.PutAsync("k", new byte[size], Text);

        Assert.That(before - left, Is.EqualTo(isFull ? 0 : size));
        Assert.That(budget.Gate.Left, Is.EqualTo(before));
        Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo(new byte[size]));
    }

    [Test]
    public async Task Nothing_is_presigned()
    {
        Bucket bucket = Over();

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.NotSupported, () => bucket.PresignAsync("k", PresignMethod.Get, TimeSpan.FromMinutes(1)));

        Assert.That(error.Message, Does.Contain("ObjectStoreOptions.Links"));
        var signing = new ScriptedBackend(new StorageCapabilities { SupportsPresign = true });
        var outer = new CompressionBackend(signing, new CompressionOptions(), Stores.Context(signing));
        Assert.That((outer.Capabilities.SupportsPresign, outer.Capabilities.TransformsBytes), Is.EqualTo((false, true)));
        StorageCapabilities again = outer.Capabilities;
        Assert.That(outer.Capabilities, Is.SameAs(again), "made once");
    }

    private static byte[] Prose(int length)
    {
        byte[] bytes = new byte[length];
        var random = new Random(length);
        string[] words = [.. Enumerable.Range(0, 200).Select(_ => random.GetString("abcdefghijklmnopqrstuvwxyz", random.Next(2, 9)))];
        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append(words[random.Next(words.Length)]).Append(' ');
        }

        Encoding.ASCII.GetBytes(text.ToString(0, length), bytes);
        return bytes;
    }

    private static Dictionary<string, string> Entry(string name, string value) => new(StringComparer.Ordinal) { [name] = value };

    private static byte[] Encode(byte[] bytes, CompressionMethod method)
    {
        using var encoded = new MemoryStream();
        using (Stream encoder = Codings.Compress(CompressionRecord.CodingOf(method), CompressionLevel.Optimal, encoded))
        {
            encoder.Write(bytes);
        }

        return encoded.ToArray();
    }

    private static byte[] Decode(byte[] encoded, CompressionMethod method)
    {
        using var source = new MemoryStream(encoded);
        using Stream decoder = method == CompressionMethod.Gzip ? new GZipStream(source, CompressionMode.Decompress) : new BrotliStream(
            source, CompressionMode.Decompress);
        using var decoded = new MemoryStream();
        decoder.CopyTo(decoded);
        return decoded.ToArray();
    }

    private static async Task<byte[]> ReadAsync(Bucket bucket, string key)
    {
        await using ObjectReader reader = await bucket.GetAsync(key);
        return await reader.ReadAllAsync();
    }

    private Bucket Over(Action<CompressionOptions>? configure = null, bool isCloudLike = false, long maxCopySize = long.MaxValue)
    {
        var options = new CompressionOptions();
        configure?.Invoke(options);
        StorageBackend beneath = isCloudLike ? new CloudLikeBackend(_stored) { LosesAnswers = maxCopySize == long.MaxValue } : _stored;
        return Stores.Over(new CompressionBackend(beneath, options, Stores.Context(beneath)), PartSize);
    }

    /// <summary>A body with the length and the MD5 of one, and the bytes of another.</summary>
    private sealed class Changed(StorageBody hashed, StorageBody read) : StorageBody
    {
        public override long? Length => hashed.Length;

        public override ReadOnlyMemory<byte>? Md5 => hashed.Md5;

        public override bool CanReplay => true;

        public override string ETag => hashed.ETag;

        public override Stream Open() => read.Open();
    }
}
