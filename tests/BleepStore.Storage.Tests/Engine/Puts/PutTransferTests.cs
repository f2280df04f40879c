using System.Security.Cryptography;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Engine.Puts;

public class PutTransferTests
{
    private const int PartSize = 8;

    public enum Source
    {
        Memory,
        Seekable,
        File,
        SequentialDeclared,
        SequentialUnknown,
    }

    private static readonly int[] Sizes = [0, 1, 7, 8, 9, 15, 16, 17, 19, 20, 21, 32, 33, 40, 41, 100];

    [Test]
    public async Task Whatever_the_source_and_the_backend_the_object_has_the_bytes_and_the_ETag_of_the_rule(
        [Values] Source source, [Values] bool streams, [Values(8, 20, 40)] int threshold, [Values] bool checkDigest)
    {
        foreach (int size in Sizes)
        {
            byte[] bytes = Bytes.Of(size);
            Bucket bucket = Stores.Over(Backend(streams), PartSize, threshold);
            var options = new PutOptions { ContentMd5 = checkDigest ? MD5.HashData(bytes) : default(ReadOnlyMemory<byte>?) };

            ObjectProperties stored = await PutAsync(bucket, source, bytes, options, chunk: 5);

            string wanted = size <= threshold ? Bytes.Md5(bytes) : Bytes.Composite(bytes, static _ => PartSize);
            Assert.That(stored.ETag, Is.EqualTo(wanted), $"{size} bytes");
            Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo(bytes), $"{size} bytes");
        }
    }

    [Test]
    public async Task A_backend_that_does_not_stream_gets_bodies_that_can_be_replayed_and_whose_digest_is_known(
        [Values] Source source, [Values(0, 8, 9, 20, 21, 100)] int size)
    {
        var backend = new ScriptedBackend();
        var faults = new List<string>();
        backend.Put = async (request, token) =>
        {
            await LookAtAsync(request.Body, faults);
            return await backend.Real.PutAsync(request, token);
        };
        backend.UploadPart = async (request, token) =>
        {
            await LookAtAsync(request.Body, faults);
            return await backend.Real.UploadPartAsync(request, token);
        };

        await PutAsync(Stores.Over(backend, PartSize, threshold: 20), source, Bytes.Of(size), new PutOptions());

        Assert.That(faults, Is.Empty);
        Assert.That(
            (backend.Count("Put"), backend.Count("UploadPart")), Is.EqualTo(size <= 20 ? (1, 0) : (0, (size + PartSize - 1) / PartSize)));
    }

    [Test]
    public async Task In_a_single_part_the_ETag_is_the_plain_MD5_of_anything(
        [Values] Source source, [Values] bool streams, [Values(0, 8, 100)] int size)
    {
        Bucket bucket = Stores.Over(Backend(streams), PartSize);
        var options = new PutOptions { SinglePart = true };
        byte[] bytes = Bytes.Of(size);
        if (size > PartSize && (source is Source.SequentialDeclared or Source.SequentialUnknown))
        {
            await Catch.AsyncAs<ArgumentException>(() => PutAsync(bucket, source, bytes, options));
            Assert.That(await bucket.ExistsAsync("k"), Is.False);
            return;
        }

        Assert.That((await PutAsync(bucket, source, bytes, options)).ETag, Is.EqualTo(Bytes.Md5(bytes)));
        Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo(bytes));
    }

    [Test]
    public async Task What_does_not_fit_in_one_request_goes_in_parts_whatever_the_threshold([Values] Source source)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { MaxPutSize = 50 });
        Bucket bucket = Stores.Over(backend, PartSize, threshold: 1000);

        await PutAsync(bucket, source, Bytes.Of(50), new PutOptions());
        Assert.That((backend.Count("Put"), backend.Count("UploadPart")), Is.EqualTo((1, 0)));

        await PutAsync(bucket, source, Bytes.Of(51), new PutOptions());
        Assert.That((backend.Count("Put"), backend.Count("UploadPart")), Is.EqualTo((1, 7)));
    }

    [TestCase(Source.Memory, true)]
    [TestCase(Source.Seekable, true)]
    [TestCase(Source.File, true)]
    [TestCase(Source.Memory, false)]
    [TestCase(Source.Seekable, false)]
    [TestCase(Source.File, false)]
    [TestCase(Source.SequentialDeclared, false)]
    [TestCase(Source.SequentialUnknown, false)]
    public async Task What_does_not_fit_and_cannot_go_in_parts_is_refused_before_anything_is_sent(Source source, bool hasParts)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { MaxPutSize = 50, SupportsMultipart = hasParts });
        Bucket bucket = Stores.Over(backend, PartSize);
        var options = new PutOptions { SinglePart = hasParts };

        await PutAsync(bucket, source, Bytes.Of(50), options);
        Assert.That(backend.Count("Put"), Is.EqualTo(1));

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.EntityTooLarge, () => PutAsync(bucket, source, Bytes.Of(51), options));

        Assert.That(error.Message, Does.Contain("50 bytes"));
        Assert.That((backend.Count("Put"), backend.Count("UploadPart")), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task A_seekable_source_is_read_from_its_position_and_not_disposed([Values] bool streams, [Values(3, 30, 95)] int position)
    {
        byte[] bytes = Bytes.Of(100);
        Bucket bucket = Stores.Over(Backend(streams), PartSize);
        var source = new SeekableSource(bytes) { Position = position };

        await bucket.PutAsync("k", source);

        Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo(bytes[position..]));
        Assert.That(source.IsDisposed, Is.False);
    }

    [Test]
    public async Task A_source_at_its_end_makes_an_empty_object([Values] bool streams)
    {
        Bucket bucket = Stores.Over(Backend(streams), PartSize);
        ObjectProperties stored = await bucket.PutAsync("k", new SeekableSource(Bytes.Of(10)) { Position = 10 });
        Assert.That((stored.Size, stored.ETag), Is.EqualTo((0L, Bytes.Md5([]))));
    }

    [Test]
    public async Task A_sequential_source_is_not_disposed([Values] bool streams, [Values(3, 100)] int size)
    {
        var source = new SequentialSource(Bytes.Of(size));
        await Stores.Over(Backend(streams), PartSize).PutAsync("k", source);
        Assert.That(source.IsDisposed, Is.False);
    }

    [Test]
    public async Task A_file_is_stored_from_its_position_while_its_own_position_is_somebody_elses()
    {
        byte[] bytes = Bytes.Of(100);
        await using FileStream file = TemporaryFile(bytes);
        file.Position = 10;
        Bucket bucket = Stores.Over(Backend(streams: false), PartSize);
        await bucket.PutAsync("k", file);
        Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo(bytes[10..]));
    }

    [Test]
    public async Task A_file_stream_with_reads_of_its_own_is_read_through_them([Values] bool streams, [Values(5, 100)] int size)
    {
        byte[] bytes = Bytes.Of(size);
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllBytesAsync(path, bytes);
        await using var source = new InvertingFile(path);
        Bucket bucket = Stores.Over(Backend(streams), PartSize);

        await bucket.PutAsync("k", source);

        Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo(bytes.Select(static value => (byte)~value)));
    }

    [Test]
    public async Task A_failing_source_leaves_the_old_object_and_nothing_under_way(
        [Values] bool streams, [Values] bool declared, [Values(0, 3, 8, 16, 50, 99)] int failAt)
    {
        ScriptedBackend backend = Backend(streams);
        Bucket bucket = Stores.Over(backend, PartSize);
        await bucket.PutAsync("k", "old"u8.ToArray());
        var cause = new IOException("The line was cut.");
        var source =
            new SequentialSource(Bytes.Of(100), chunk: 1) { BeforeRead = (at, _) => at >= failAt ? throw cause : Task.CompletedTask };

        IOException thrown = await Catch.AsyncAs<IOException>(
            () => bucket.PutAsync("k", source, new PutOptions { ContentLength = declared ? 100 : null }));

        Assert.That(thrown, Is.SameAs(cause));
        Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo("old"u8.ToArray()));
        Assert.That(backend.Count("Complete"), Is.Zero);
        Assert.That(await UploadsAsync(bucket), Is.Zero);
    }

    [Test]
    public async Task A_source_that_does_not_tell_its_length_or_position_fails_before_anything_is_sent(
        [Values("Length", "Position")] string property)
    {
        ScriptedBackend backend = Backend(streams: false);
        var cause = new IOException("Stale file handle.");

        IOException thrown = await Catch.AsyncAs<IOException>(
            () => Stores.Over(backend, PartSize).PutAsync("k", new UnmeasurableSource(property, cause)));

        Assert.That(thrown, Is.SameAs(cause));
        Assert.That(backend.Calls, Is.Empty);
    }

    [Test]
    public async Task A_source_whose_read_returns_what_no_read_can_is_IncompleteBody([Values] bool streams, [Values] bool negative)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { StreamsPuts = streams });
        Bucket bucket = Stores.Over(backend, partSize: 50);
        await bucket.PutAsync("k", "old"u8.ToArray());
        var source = new MiscountingSource(Bytes.Of(100), asked => negative ? -3 : asked + 1);

        StorageException error = await Catch.CodeAsync(StorageErrorCode.IncompleteBody, () => bucket.PutAsync("k", source));

        Assert.That(error.Message, Does.Contain("A read of the source returned").And.Contain("Correct the stream's read methods"));
        Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo("old"u8.ToArray()));
    }

    [Test]
    public async Task A_source_that_fails_after_the_outcome_became_unknown_is_told_by_the_outcome()
    {
        ScriptedBackend backend = Backend(streams: true);
        var cause = new IOException("The line was cut.");
        backend.Put = async (request, token) =>
        {
            StorageException failure = await Catch.CodeAsync(
                StorageErrorCode.IncompleteBody, () => backend.Real.PutAsync(request, token).AsTask());
            throw failure.WithOutcome(isUnknown: true);
        };
        var source = new SequentialSource(Bytes.Of(100), chunk: 1) { BeforeRead = (at, _) => at >= 50 ? throw cause : Task.CompletedTask };

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.IncompleteBody, () => Stores.Over(backend, PartSize).PutAsync("k", source));

        Assert.That(error.IsOutcomeUnknown, Is.True);
        Assert.That(error.InnerException, Is.SameAs(cause));
    }

    [Test]
    public async Task A_source_of_unknown_length_is_not_read_again_after_its_end([Values] bool streams, [Values(0, 5, 8, 100)] int size)
    {
        int reads = 0;
        var source = new SequentialSource(Bytes.Of(size)) { BeforeRead = (at, _) => Task.FromResult(reads += at == size ? 1 : 0) };
        Bucket bucket = Stores.Over(Backend(streams), PartSize);

        await bucket.PutAsync("k", source);

        Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo(Bytes.Of(size)));
        Assert.That(reads, Is.EqualTo(1), "what comes after the end belongs to somebody else");
    }

    [Test]
    public async Task A_stream_that_is_dear_to_seek_is_read_once([Values] bool streams, [Values(5, 8, 100)] int size)
    {
        var source = new CountingSource(Bytes.Of(size));
        Bucket bucket = Stores.Over(Backend(streams), PartSize);

        await bucket.PutAsync("k", source);

        Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo(Bytes.Of(size)));
        Assert.That((source.Delivered, source.Seeks), Is.EqualTo((size, 0)));
    }

    [Test]
    public async Task A_source_that_is_shorter_or_longer_than_declared_leaves_the_old_object(
        [Values] bool streams, [Values(0, 5, 8, 16, 90, 99, 101, 108, 200)] int declared)
    {
        ScriptedBackend backend = Backend(streams);
        Bucket bucket = Stores.Over(backend, PartSize);
        await bucket.PutAsync("k", "old"u8.ToArray());

        await Catch.CodeAsync(
            StorageErrorCode.IncompleteBody,
            () => bucket.PutAsync("k", new SequentialSource(Bytes.Of(100), chunk: 3), new PutOptions { ContentLength = declared }));

        Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo("old"u8.ToArray()));
        Assert.That(await UploadsAsync(bucket), Is.Zero);
    }

    [Test]
    public async Task A_wrong_length_of_what_can_be_measured_is_found_before_anything_is_sent(
        [Values(Source.Memory, Source.Seekable, Source.File)] Source source)
    {
        ScriptedBackend backend = Backend(streams: false);
        await Catch.CodeAsync(
            StorageErrorCode.IncompleteBody,
            () => PutAsync(Stores.Over(backend), source, Bytes.Of(10), new PutOptions { ContentLength = 11 }));
        Assert.That(backend.Calls, Is.Empty);
    }

    [Test]
    public async Task A_seekable_source_that_has_fewer_or_more_bytes_than_it_says_is_IncompleteBody(
        [Values] bool streams, [Values(5, 99, 101)] int claimed)
    {
        ScriptedBackend backend = Backend(streams);
        Bucket bucket = Stores.Over(backend, PartSize);
        await Catch.CodeAsync(
            StorageErrorCode.IncompleteBody, () => bucket.PutAsync("k", new SeekableSource(Bytes.Of(100), claimedLength: claimed)));
        Assert.That(await bucket.ExistsAsync("k"), Is.False);
        Assert.That(await UploadsAsync(bucket), Is.Zero);
    }

    [Test]
    public async Task Another_digest_than_expected_is_BadDigest_and_nothing_is_stored(
        [Values] Source source, [Values] bool streams, [Values(0, 8, 9, 100)] int size)
    {
        ScriptedBackend backend = Backend(streams);
        Bucket bucket = Stores.Over(backend, PartSize);
        await bucket.PutAsync("k", "old"u8.ToArray());

        await Catch.CodeAsync(
            StorageErrorCode.BadDigest,
            () => PutAsync(bucket, source, Bytes.Of(size), new PutOptions { ContentMd5 = MD5.HashData("other"u8) }));

        Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo("old"u8.ToArray()));
        Assert.That(backend.Count("Complete"), Is.Zero);
        Assert.That(await UploadsAsync(bucket), Is.Zero);
    }

    [Test]
    public async Task Cancelling_while_the_source_is_read_is_plain_cancellation_and_leaves_the_old_object(
        [Values] bool streams, [Values(3, 50)] int cancelAt)
    {
        ScriptedBackend backend = Backend(streams);
        Bucket bucket = Stores.Over(backend, PartSize);
        await bucket.PutAsync("k", "old"u8.ToArray());
        using var cancel = new CancellationTokenSource();
        var source = new SequentialSource(Bytes.Of(100), chunk: 1)
        {
            BeforeRead = async (at, token) =>
            {
                if (at == cancelAt)
                {
                    await cancel.CancelAsync();
                    token.ThrowIfCancellationRequested();
                }
            },
        };

        OperationCanceledException cancelled = await Catch.AsyncAs<OperationCanceledException>(
            () => bucket.PutAsync("k", source, cancellationToken: cancel.Token));

        Assert.That(cancelled.InnerException, Is.Not.TypeOf<StorageException>(), "nothing was sent that could be visible");
        Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo("old"u8.ToArray()));
        Assert.That(await UploadsAsync(bucket), Is.Zero);
    }

    [Test]
    public async Task Attributes_go_along_whole_or_in_parts([Values(3, 100)] int size, [Values] bool streams)
    {
        var options = new PutOptions
        {
            ContentType = "text/plain",
            ContentEncoding = "gzip",
            ContentLanguage = "en",
            ContentDisposition = "inline",
            CacheControl = "no-store",
            Expires = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero),
            StorageClass = "COOL",
            Metadata = new Dictionary<string, string> { ["Name"] = "värde" },
        };
        Bucket bucket = Stores.Over(Backend(streams), PartSize);
        await bucket.PutAsync("k", new SequentialSource(Bytes.Of(size)), options);
        ObjectProperties stored = await bucket.HeadAsync("k");
        Assert.That(
            (stored.ContentType, stored.ContentEncoding, stored.ContentLanguage, stored.ContentDisposition, stored.CacheControl,
                stored.Expires, stored.StorageClass),
            Is.EqualTo((
                options.ContentType,
                options.ContentEncoding,
                options.ContentLanguage,
                options.ContentDisposition,
                options.CacheControl,
                options.Expires,
                options.StorageClass)));
        Assert.That(stored.Metadata, Is.EquivalentTo(new Dictionary<string, string> { ["name"] = "värde" }));
    }

    [Test]
    public async Task What_was_invalidated_by_another_write_starts_over_once_when_the_bytes_are_still_there(
        [Values(Source.Memory, Source.Seekable, Source.File)] Source source)
    {
        ScriptedBackend backend = Backend(streams: false);
        int completes = 0;
        backend.Complete = (request, token) => ++completes == 1 ? throw Invalidated() : backend.Real.CompleteUploadAsync(request, token);
        Bucket bucket = Stores.Over(backend, PartSize);

        await PutAsync(bucket, source, Bytes.Of(20), new PutOptions());

        Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo(Bytes.Of(20)));
        Assert.That((backend.Count("CreateUpload"), backend.Count("Complete"), backend.Count("Abort")), Is.EqualTo((2, 2, 1)));
    }

    [Test]
    public async Task It_starts_over_no_second_time()
    {
        ScriptedBackend backend = Backend(streams: false);
        backend.UploadPart = static (_, _) => throw Invalidated();
        await Catch.CodeAsync(
            StorageErrorCode.UploadInvalidated,
            () => PutAsync(Stores.Over(backend, PartSize), Source.Seekable, Bytes.Of(20), new PutOptions()));
        Assert.That((backend.Count("CreateUpload"), backend.Count("Abort")), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task What_can_be_read_once_does_not_start_over([Values(Source.SequentialDeclared, Source.SequentialUnknown)] Source source)
    {
        ScriptedBackend backend = Backend(streams: false);
        backend.Complete = static (_, _) => throw Invalidated();
        await Catch.CodeAsync(
            StorageErrorCode.UploadInvalidated, () => PutAsync(Stores.Over(backend, PartSize), source, Bytes.Of(20), new PutOptions()));
        Assert.That(backend.Count("CreateUpload"), Is.EqualTo(1));
    }

    /// <summary>
    /// The first attempt has landed, and the object cannot be looked at. The object of the first attempt then causes the refusal of the
    /// second.
    /// </summary>
    [Test]
    public async Task What_starts_over_after_an_unknown_outcome_fails_with_an_unknown_outcome([Values] bool isCancelled)
    {
        ScriptedBackend backend = Backend(streams: false);
        using var cancel = new CancellationTokenSource();
        int completes = 0;
        backend.Complete = async (request, token) =>
        {
            ObjectProperties made = await backend.Real.CompleteUploadAsync(request, token);
            return ++completes == 1 ? throw Invalidated(isOutcomeUnknown: true) : made;
        };
        backend.Head = static (_, _) => throw new StorageException(StorageErrorCode.ServiceUnavailable, "Not now.");
        backend.UploadPart = async (request, token) =>
        {
            if (isCancelled && completes == 1)
            {
                await cancel.CancelAsync();
            }

            token.ThrowIfCancellationRequested();
            return await backend.Real.UploadPartAsync(request, token);
        };

        Exception error = await Catch.AsyncAs<Exception>(
            () => Stores.Over(backend, PartSize).PutAsync("k", Bytes.Of(20), new PutOptions { IfAbsent = true }, cancel.Token));

        Assert.That(error, isCancelled ? Is.InstanceOf<OperationCanceledException>() : Is.TypeOf<StorageException>());
        var known = (StorageException)(error as StorageException ?? error.InnerException)!;
        Assert.That(known.IsOutcomeUnknown, Is.True, error.ToString());
        Assert.That(known.Code, Is.EqualTo(isCancelled ? StorageErrorCode.OperationAborted : StorageErrorCode.PreconditionFailed));
        Assert.That(await ReadAsync(Stores.Over(backend.Real), "k"), Is.EqualTo(Bytes.Of(20)));
    }

    [Test]
    public async Task A_stream_that_cannot_be_read_is_a_bad_argument()
    {
        var closed = new MemoryStream();
        await closed.DisposeAsync();
        Bucket bucket = Stores.Over(Backend(streams: false));
        await Catch.AsyncAs<ArgumentException>(() => bucket.PutAsync("k", closed));
        Assert.That(() => bucket.PutAsync("k", (Stream)null!), Throws.ArgumentNullException);
    }

    [Test]
    public async Task A_negative_length_and_a_digest_that_is_none_are_bad_arguments()
    {
        Bucket bucket = Stores.Over(Backend(streams: false));
        await Catch.AsyncAs<ArgumentOutOfRangeException>(() => bucket.PutAsync("k", new byte[1], new PutOptions { ContentLength = -1 }));
        await Catch.AsyncAs<ArgumentException>(() => bucket.PutAsync("k", new byte[1], new PutOptions { ContentMd5 = new byte[15] }));
    }

    [Test]
    public async Task Bytes_in_memory_below_the_threshold_go_out_without_a_copy()
    {
        ScriptedBackend backend = Backend(streams: false);
        byte[] bytes = Bytes.Of(8);
        byte[]? seen = null;
        backend.Put = async (request, token) =>
        {
            var destination = new CapturingStream();
            await request.Body.Open().CopyToAsync(destination, token);
            seen = destination.Array;
            return await backend.Real.PutAsync(request, token);
        };
        await Stores.Over(backend, PartSize).PutAsync("k", bytes);
        Assert.That(seen, Is.SameAs(bytes));
    }

    private static StorageException Invalidated(bool isOutcomeUnknown = false) =>
        new(StorageErrorCode.UploadInvalidated, "Another write threw the parts away.") { IsOutcomeUnknown = isOutcomeUnknown };

    private static ScriptedBackend Backend(bool streams) => new(new StorageCapabilities { StreamsPuts = streams });

    private static async Task LookAtAsync(StorageBody body, List<string> faults)
    {
        byte[] first = await ReadAsync(body);
        byte[] second = await ReadAsync(body);
        lock (faults)
        {
            if (!body.CanReplay || !first.AsSpan().SequenceEqual(second))
            {
                faults.Add("It cannot be replayed.");
            }

            if (body.Length != first.Length)
            {
                faults.Add($"Its length is {first.Length}, not {body.Length}.");
            }

            if (body.Md5 is not { } md5 || !md5.Span.SequenceEqual(MD5.HashData(first)) || body.ETag != Bytes.Md5(first))
            {
                faults.Add("Its digest is another.");
            }
        }
    }

    private static async Task<byte[]> ReadAsync(StorageBody body)
    {
        await using Stream stream = body.Open();
        var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    internal static async Task<byte[]> ReadAsync(Bucket bucket, string key)
    {
        await using ObjectReader reader = await bucket.GetAsync(key);
        return await reader.ReadAllAsync();
    }

    internal static async Task<int> UploadsAsync(Bucket bucket)
    {
        int count = 0;
        await foreach (MultipartUploadInfo _ in bucket.ListMultipartUploadsAsync())
        {
            count++;
        }

        return count;
    }

    internal static async Task<ObjectProperties> PutAsync(
        Bucket bucket, Source source, byte[] bytes, PutOptions options, int chunk = int.MaxValue)
    {
        switch (source)
        {
            case Source.Memory:
                return await bucket.PutAsync("k", bytes, options);
            case Source.Seekable:
                return await bucket.PutAsync("k", new MemoryStream(bytes), options);
            case Source.File:
                await using (FileStream file = TemporaryFile(bytes))
                {
                    return await bucket.PutAsync("k", file, options);
                }

            case Source.SequentialDeclared:
                return await bucket.PutAsync("k", new SequentialSource(bytes, chunk), options with { ContentLength = bytes.Length });
            default:
                return await bucket.PutAsync("k", new SequentialSource(bytes, chunk), options);
        }
    }

    internal static FileStream TemporaryFile(byte[] bytes)
    {
        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.Read,
            4096,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        file.Write(bytes);
        file.Position = 0;
        return file;
    }

    private sealed class InvertingFile(string path) : FileStream(
        path, FileMode.Open, FileAccess.Read, FileShare.Read, 4096, FileOptions.DeleteOnClose | FileOptions.Asynchronous)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = await base.ReadAsync(buffer, cancellationToken);
            for (int at = 0; at < count; at++)
            {
                buffer.Span[at] = (byte)~buffer.Span[at];
            }

            return count;
        }
    }

    private sealed class CapturingStream : MemoryStream
    {
        public byte[]? Array { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Assert.That(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(buffer, out ArraySegment<byte> segment), Is.True);
            Array = segment.Array;
            return ValueTask.CompletedTask;
        }
    }
}
