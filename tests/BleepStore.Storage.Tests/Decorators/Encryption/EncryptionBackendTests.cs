using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Decorators.Encryption;
using BleepStore.Storage.Tests.Support;
using FsCheck.Fluent;

namespace BleepStore.Storage.Tests.Decorators.Encryption;

public class EncryptionBackendTests
{
    private static readonly int[] Borders =
    [
        0,
        1,
        100,
        Encrypted.Chunk - 1,
        Encrypted.Chunk,
        Encrypted.Chunk + 1,
        Encrypted.PartSize,
        Encrypted.PartSize + 1,
        (2 * Encrypted.PartSize) - 1,
        2 * Encrypted.PartSize,
        (2 * Encrypted.PartSize) + Encrypted.Chunk,
        500_000,
    ];

    [Test]
    public async Task What_is_put_reads_back_and_shows_its_size_everywhere(
        [ValueSource(nameof(Borders))] int size, [Values] bool streams, [Values("bytes", "stream", "sequential")] string source)
    {
        ScriptedBackend upstream = streams ? Encrypted.Disk() : Encrypted.Cloud();
        Bucket bucket = Encrypted.Bucket(upstream);
        byte[] plain = Bytes.Of(size);

        ObjectProperties put = source switch
        {
            "bytes" => await bucket.PutAsync("k", plain),
            "stream" => await bucket.PutAsync("k", new MemoryStream(plain)),
            _ => await bucket.PutAsync("k", new SequentialSource(plain, 10_007)),
        };

        byte[] stored = await Encrypted.StoredAsync(upstream, "k");
        Assert.That(stored, Has.Length.EqualTo(StoredSize.Of(size)));
        Assert.That(put.Size, Is.EqualTo(size));
        Assert.That(await Encrypted.ReadAsync(bucket, "k"), Is.EqualTo(plain));
        ObjectProperties head = await bucket.HeadAsync("k");
        Assert.That((head.Size, head.ETag, head.Revision), Is.EqualTo(((long)size, put.ETag, put.Revision)));
        ListEntry entry = await bucket.ListAsync().SingleAsync();
        Assert.That((entry.Size, entry.ETag), Is.EqualTo(((long)size, put.ETag)));
        if (size >= 100)
        {
            Assert.That(stored.AsSpan().IndexOf(plain.AsSpan(0, 8)), Is.EqualTo(-1), "nothing of the plaintext");
        }
    }

    [Test]
    public async Task No_digest_of_the_plaintext_leaves_the_process([Values] bool streams, [Values(100, 300_000)] int size)
    {
        ScriptedBackend upstream = streams ? Encrypted.Disk() : Encrypted.Cloud();
        byte[] plain = Bytes.Of(size);
        var seen = new List<string>();
        upstream.Put = async (request, token) =>
        {
            seen.Add(Convert.ToHexStringLower((request.Body.Md5 ?? default).Span));
            ObjectProperties made = await upstream.Real.PutAsync(request, token);
            seen.Add(request.Body.ETag);
            return made;
        };
        upstream.UploadPart = async (request, token) =>
        {
            seen.Add(Convert.ToHexStringLower(request.Body.Md5!.Value.Span));
            return await upstream.Real.UploadPartAsync(request, token);
        };

        ObjectProperties put = await Encrypted.Bucket(upstream).PutAsync("k", plain, new PutOptions { ContentMd5 = Payload.Md5(plain) });

        string[] plainDigests =
        [
            Bytes.Md5(plain),
            .. plain.Chunk(Encrypted.PartSize).Select(static part => Bytes.Md5(part)),
            Bytes.Composite(plain, static _ => Encrypted.PartSize),
        ];
        Assert.That(seen, Is.Not.Empty);
        Assert.That(seen.Intersect(plainDigests), Is.Empty);
        Assert.That(plainDigests, Does.Not.Contain(put.ETag));
        byte[] stored = await Encrypted.StoredAsync(upstream, "k");
        Assert.That(stored.AsSpan().IndexOf(Payload.Md5(plain)), Is.EqualTo(-1));
    }

    [Test]
    public async Task The_same_bytes_are_other_bytes_upstream_each_time([Values] bool streams)
    {
        ScriptedBackend upstream = streams ? Encrypted.Disk() : Encrypted.Cloud();
        Bucket bucket = Encrypted.Bucket(upstream);
        byte[] plain = Bytes.Of(300_000);

        ObjectProperties first = await bucket.PutAsync("a", plain);
        ObjectProperties second = await bucket.PutAsync("b", plain);

        Assert.That(first.ETag, Is.Not.EqualTo(second.ETag));
        byte[][] a = Encrypted.Chunks(await Encrypted.StoredAsync(upstream, "a"));
        byte[][] b = Encrypted.Chunks(await Encrypted.StoredAsync(upstream, "b"));
        Assert.That(a.Zip(b).Where(static pair => pair.First.AsSpan().SequenceEqual(pair.Second)), Is.Empty);
    }

    [Test]
    public async Task A_wrong_MD5_of_the_plaintext_stores_nothing([Values] bool streams, [Values(100, 300_000)] int size)
    {
        ScriptedBackend upstream = streams ? Encrypted.Disk() : Encrypted.Cloud();
        Bucket bucket = Encrypted.Bucket(upstream);

        await Catch.CodeAsync(
            StorageErrorCode.BadDigest,
            () => bucket.PutAsync("k", new SequentialSource(Bytes.Of(size)), new PutOptions { ContentMd5 = new byte[16] }));

        Assert.That(await bucket.ListAsync().CountAsync(), Is.Zero);
    }

    [Test]
    public void Any_range_is_that_of_the_plaintext() => Law.Holds(
        from streams in Gen.Elements(true, false)
        from chunks in Gen.Choose(0, 5)
        from near in Gen.Choose(-3, 3)
        from kind in Gen.Choose(0, 2)
        from first in Gen.Choose(0, 6 * Encrypted.Chunk)
        from length in Gen.OneOf(Gen.Choose(1, 100), Gen.Choose(1, 3 * Encrypted.Chunk))
        from remembers in Gen.Elements(true, false)
        select (streams, Size: Math.Max(0, (chunks * Encrypted.Chunk) + near), kind, first, length, remembers),
        static given =>
            RangeIsRightAsync(given.streams, given.Size, given.kind, given.first, given.length, given.remembers).GetAwaiter().GetResult(),
        times: 300);

    [Test]
    public async Task A_range_reads_the_header_and_the_chunks_that_hold_it_and_no_more()
    {
        ScriptedBackend upstream = Encrypted.Disk();
        Bucket bucket = Encrypted.Bucket(upstream);
        byte[] plain = Bytes.Of(10 * Encrypted.Chunk);
        await bucket.PutAsync("k", plain);
        var asked = new List<ByteRange?>();
        upstream.Get = async (request, token) =>
        {
            asked.Add(request.Range);
            return await upstream.Real.GetAsync(request, token);
        };

        Assert.That(
            await Encrypted.ReadAsync(bucket, "k", ByteRange.From((5 * Encrypted.Chunk) + 10, 20)),
            Is.EqualTo(plain.AsSpan((5 * Encrypted.Chunk) + 10, 20).ToArray()));
        Assert.That(asked, Is.EqualTo(new ByteRange?[]
        {
            ByteRange.From(0, Encrypted.Header),
            ByteRange.From(Encrypted.Header + (5 * Encrypted.StoredChunk), Encrypted.StoredChunk),
        }));

        asked.Clear();
        await Encrypted.ReadAsync(bucket, "k", ByteRange.From((6 * Encrypted.Chunk) - 1, 2));
        Assert.That(
            asked,
            Is.EqualTo(new ByteRange?[] { ByteRange.From(Encrypted.Header + (5 * Encrypted.StoredChunk), 2 * Encrypted.StoredChunk) }),
            "the header is known");

        asked.Clear();
        await Encrypted.ReadAsync(Encrypted.Bucket(upstream), "k", ByteRange.From(10, 10));
        await Encrypted.ReadAsync(Encrypted.Bucket(upstream), "k");
        Assert.That(
            asked,
            Is.EqualTo(new ByteRange?[] { ByteRange.From(0, Encrypted.Header + Encrypted.StoredChunk + 32), null }),
            "one request each");
    }

    [Test]
    public async Task A_range_of_an_object_that_was_replaced_since_is_of_the_new_one([Values(100, 400_000)] int newSize)
    {
        ScriptedBackend upstream = Encrypted.Disk();
        Bucket bucket = Encrypted.Bucket(upstream);
        await bucket.PutAsync("k", Bytes.Of(300_000));
        await Encrypted.ReadAsync(bucket, "k", ByteRange.Suffix(10));
        byte[] replaced = Bytes.Of(newSize, 2);

        // By another process, so that nothing here hears of it.
        await Encrypted.Bucket(upstream).PutAsync("k", replaced);

        Assert.That(await Encrypted.ReadAsync(bucket, "k", ByteRange.Suffix(10)), Is.EqualTo(replaced[^10..]));
        await Encrypted.Bucket(upstream).PutAsync("k", replaced.AsMemory(0, 50));
        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.InvalidRange, () => Encrypted.ReadAsync(bucket, "k", ByteRange.From(60)));
        Assert.That(error.ObjectSize, Is.EqualTo(50));
    }

    [Test]
    public async Task A_range_whose_object_is_replaced_between_its_requests_begins_anew()
    {
        ScriptedBackend upstream = Encrypted.Disk();
        Bucket bucket = Encrypted.Bucket(upstream);
        await bucket.PutAsync("k", Bytes.Of(400_000));
        byte[] replaced = Bytes.Of(350_000, 2);
        int gets = 0;
        upstream.Get = async (request, token) =>
        {
            GetResult result = await upstream.Real.GetAsync(request, token);
            if (++gets == 1)
            {
                await Encrypted.Bucket(upstream).PutAsync("k", replaced, cancellationToken: token);
            }

            return result;
        };

        Assert.That(await Encrypted.ReadAsync(bucket, "k", ByteRange.Suffix(10)), Is.EqualTo(replaced[^10..]));
        Assert.That(gets, Is.GreaterThanOrEqualTo(3));
    }

    [Test]
    public async Task A_body_that_breaks_anywhere_is_resumed_within_the_attempts_of_the_store([Values(300, 5000, 200_000)] int every)
    {
        ScriptedBackend upstream = Encrypted.Disk();
        Bucket bucket = Encrypted.Bucket(upstream);
        byte[] plain = Bytes.Of(300_000);
        await bucket.PutAsync("k", plain);
        upstream.Get = async (request, token) =>
        {
            GetResult result = await upstream.Real.GetAsync(request, token);
            return result with { Content = new BreakingStream(result.Content, every, static _ => throw new IOException("cut")) };
        };

        Assert.That(await Encrypted.ReadAsync(bucket, "k"), Is.EqualTo(plain));
        Assert.That(await Encrypted.ReadAsync(bucket, "k", ByteRange.From(100_000, 100_000)), Is.EqualTo(plain[100_000..200_000]));
    }

    [Test]
    public async Task A_body_that_never_comes_is_tried_as_often_as_without_encryption()
    {
        ScriptedBackend upstream = Encrypted.Disk();
        await Encrypted.Bucket(upstream).PutAsync("k", Bytes.Of(100));
        int opened = 0;
        upstream.Get = async (request, token) =>
        {
            opened++;
            GetResult result = await upstream.Real.GetAsync(request, token);
            return result with { Content = new BreakingBody(default, new IOException("cut")) };
        };

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.ServiceUnavailable, () => Encrypted.ReadAsync(Encrypted.Bucket(upstream, retries: 2), "k"));

        Assert.That(error.IsTransient, Is.True);
        Assert.That(opened, Is.EqualTo(3));
    }

    [Test]
    public async Task A_body_that_breaks_after_the_header_is_tried_as_often_as_without_encryption()
    {
        ScriptedBackend upstream = Encrypted.Disk();
        await Encrypted.Bucket(upstream).PutAsync("k", Bytes.Of(100));
        byte[] stored = await Encrypted.StoredAsync(upstream, "k");
        int opened = 0;
        upstream.Get = async (request, token) =>
        {
            GetResult result = await upstream.Real.GetAsync(request, token);
            return result with { Content = new BreakingBody(opened++ == 0 ? stored.AsMemory(0, 800) : default, new IOException("cut")) };
        };

        await Catch.CodeAsync(StorageErrorCode.ServiceUnavailable, () => Encrypted.ReadAsync(Encrypted.Bucket(upstream, retries: 2), "k"));

        Assert.That(opened, Is.EqualTo(3));
    }

    [Test]
    public async Task A_source_that_changes_between_its_two_readings_is_refused_and_nothing_is_sealed_twice([Values] bool isPart)
    {
        ScriptedBackend upstream = Encrypted.Cloud();
        byte[] bytes = Bytes.Of(isPart ? 2 * 300_000 : 300_000);
        var body = new ChangingBody(bytes);
        upstream.Put = async (request, token) =>
        {
            body.Changes = true;
            return await upstream.Real.PutAsync(request, token);
        };

        await Catch.CodeAsync(
            StorageErrorCode.BadDigest,
            () => Encrypted.Over(upstream)
                .PutAsync(new PutRequest { Bucket = Stores.Bucket, Key = "k", Body = body }, CancellationToken.None)
                .AsTask());

        await Catch.CodeAsync(
            StorageErrorCode.NoSuchKey,
            () => upstream.HeadAsync(new HeadRequest { Bucket = Stores.Bucket, Key = "k" }, CancellationToken.None));
    }

    [Test]
    public async Task A_file_that_was_changed_after_it_was_hashed_is_refused()
    {
        ScriptedBackend upstream = Encrypted.Cloud();
        var body = new ChangingBody(Bytes.Of(300_000)) { Changes = true };

        await Catch.CodeAsync(
            StorageErrorCode.BadDigest,
            () => Encrypted.Over(upstream)
                .PutAsync(new PutRequest { Bucket = Stores.Bucket, Key = "k", Body = body }, CancellationToken.None)
                .AsTask());

        Assert.That(upstream.Count("Put"), Is.Zero);
    }

    [Test]
    public async Task A_body_that_is_sent_again_has_the_same_bytes_upstream([Values(100, 300_000)] int size)
    {
        ScriptedBackend upstream = Encrypted.Cloud();
        var sent = new List<byte[]>();
        upstream.Put = async (request, token) =>
        {
            for (int attempt = 0; attempt < 3; attempt++)
            {
                await using Stream content = request.Body.OpenRewindable();
                var copy = new MemoryStream();
                await content.CopyToAsync(copy, attempt == 1 ? 1000 : 100_000, token);
                sent.Add(copy.ToArray());
            }

            return await upstream.Real.PutAsync(request, token);
        };
        byte[] plain = Bytes.Of(size);

        await Encrypted.Over(upstream)
            .PutAsync(new PutRequest { Bucket = Stores.Bucket, Key = "k", Body = new ChangingBody(plain) }, CancellationToken.None);

        Assert.That(sent[1], Is.EqualTo(sent[0]));
        Assert.That(sent[2], Is.EqualTo(sent[0]));
        Assert.That(await Encrypted.StoredAsync(upstream, "k"), Is.EqualTo(sent[0]));
        Assert.That(await Encrypted.ReadAsync(Encrypted.Bucket(upstream), "k"), Is.EqualTo(plain));
    }

    [Test]
    public async Task Where_puts_are_streamed_a_body_that_is_opened_again_has_a_fresh_salt()
    {
        ScriptedBackend upstream = Encrypted.Disk();
        var sent = new List<byte[]>();
        upstream.Put = async (request, token) =>
        {
            for (int attempt = 0; attempt < 2; attempt++)
            {
                await using Stream content = request.Body.Open();
                var copy = new MemoryStream();
                await content.CopyToAsync(copy, token);
                sent.Add(copy.ToArray());
                Assert.That(request.Body.ETag, Is.EqualTo(Bytes.Md5(copy.ToArray())));
            }

            return await upstream.Real.PutAsync(request, token);
        };
        byte[] plain = Bytes.Of(300_000);

        await Encrypted.Over(upstream)
            .PutAsync(new PutRequest { Bucket = Stores.Bucket, Key = "k", Body = new ChangingBody(plain) }, CancellationToken.None);

        Assert.That(Encrypted.Chunks(sent[0])[0][..16], Is.Not.EqualTo(Encrypted.Chunks(sent[1])[0][..16]));
        Assert.That(await Encrypted.ReadAsync(Encrypted.Bucket(upstream), "k"), Is.EqualTo(plain));
    }

    [Test]
    public async Task A_copy_on_the_server_reads_back_in_one_piece_and_by_parts(
        [Values] bool byParts, [Values(0, 100, 400_000, 4 * Encrypted.Chunk)] int size)
    {
        ScriptedBackend upstream = Encrypted.Cloud();
        if (byParts)
        {
            upstream.Can(static can => can with { MaxCopySize = 200_000 });
        }

        Bucket bucket = Encrypted.Bucket(upstream);
        byte[] plain = Bytes.Of(size);
        await bucket.PutAsync("k", plain);
        upstream.Calls.Clear();

        ObjectProperties copied = await bucket.CopyAsync(new ObjectAddress(Stores.Bucket, "k"), "copy");

        Assert.That(copied.Size, Is.EqualTo(size));
        Assert.That(upstream.Count("CopyPart") > 0, Is.EqualTo(byParts && size > 200_000));
        Assert.That(await Encrypted.ReadAsync(bucket, "copy"), Is.EqualTo(plain));
        Assert.That(await Encrypted.StoredAsync(upstream, "copy"), Is.EqualTo(await Encrypted.StoredAsync(upstream, "k")));
        await bucket.MoveAsync("copy", "moved");
        Assert.That(await Encrypted.ReadAsync(bucket, "moved"), Is.EqualTo(plain));
        Assert.That(await bucket.ExistsAsync("copy"), Is.False);
    }

    [Test]
    public async Task What_the_decorator_cannot_do_is_NotSupported_and_named()
    {
        Bucket bucket = Encrypted.Bucket(Encrypted.Disk());
        EncryptionBackend backend = Encrypted.Over(Encrypted.Disk());
        Func<Task>[] refused =
        [
            () => bucket.CreateMultipartUploadAsync("k"),
            () => bucket.GetMultipartUpload("k", "id").UploadPartAsync(1, new byte[1]),
            () => bucket.GetMultipartUpload("k", "id").ListPartsAsync().ToListAsync().AsTask(),
            () => bucket.GetMultipartUpload("k", "id").CompleteAsync([new PartInfo { PartNumber = 1, ETag = "e" }]),
            () => backend.PresignAsync(null!, CancellationToken.None).AsTask(),
            () => backend.PresignPartAsync(null!, CancellationToken.None).AsTask(),
            () => backend.PresignPostAsync(null!, CancellationToken.None).AsTask(),
            () => backend.CopyPartAsync(null!, CancellationToken.None),
        ];

        foreach (Func<Task> call in refused)
        {
            StorageException error = await Catch.CodeAsync(StorageErrorCode.NotSupported, call);
            Assert.That(error.Message, Does.Contain("encryption of the store"));
        }
    }

    [Test]
    public void Its_capabilities_are_made_once_and_say_what_it_takes_away()
    {
        var inner = new ScriptedBackend(
            new StorageCapabilities
            {
                SupportsPresign = true,
                SupportsPresignPost = true,
                MaxCopySize = 5_368_709_120,
                MaxPutSize = 5_368_709_120,
                PresignedPartsNeedMd5 = true,
                SupportsPresignHeaders = true,
            });
        EncryptionBackend backend = Encrypted.Over(inner);

        StorageCapabilities can = backend.Capabilities;

        Assert.That(backend.Capabilities, Is.SameAs(can));
        Assert.That(can.TransformsBytes, Is.True);
        Assert.That((can.SupportsMultipart, can.WritesInParts, can.PartAlignment), Is.EqualTo((false, true, Encrypted.Chunk)));
        Assert.That(
            (can.SupportsPresign, can.SupportsPresignHeaders, can.SupportsPresignPost, can.PresignedPartsNeedMd5),
            Is.EqualTo((false, false, false, false)));
        Assert.That(StoredSize.Of(can.MaxCopySize), Is.LessThanOrEqualTo(5_368_709_120));
        Assert.That(StoredSize.Of(can.MaxPutSize), Is.LessThanOrEqualTo(5_368_709_120));
        Assert.That(StoredSize.Of(can.MaxPartSize), Is.LessThanOrEqualTo(ObjectStoreOptions.MaximumPartSize));
        Assert.That(Encrypted.Over(backend).Capabilities.WritesInParts, Is.False, "one encryption in another writes in one piece");
    }

    [Test]
    public async Task Two_encryptions_are_one_in_another()
    {
        ScriptedBackend upstream = Encrypted.Cloud();
        Bucket bucket = Encrypted.Bucket(Encrypted.Over(upstream, new KeyRing("inner", Bytes.Of(32))));
        byte[] plain = Bytes.Of(500_000);

        await bucket.PutAsync("k", new SequentialSource(plain));

        Assert.That(await Encrypted.ReadAsync(bucket, "k"), Is.EqualTo(plain));
        Assert.That(await Encrypted.ReadAsync(bucket, "k", ByteRange.From(300_000, 10)), Is.EqualTo(plain[300_000..300_010]));
    }

    [Test]
    public async Task A_store_rounds_its_part_size_up_to_whole_chunks()
    {
        ScriptedBackend upstream = Encrypted.Cloud();
        var sizes = new List<long>();
        upstream.UploadPart = async (request, token) =>
        {
            lock (sizes)
            {
                sizes.Add(request.Body.Length!.Value);
            }

            return await upstream.Real.UploadPartAsync(request, token);
        };
        await using var store = ObjectStore.Create(Encrypted.Over(upstream), new ObjectStoreOptions { PartSize = (5 * 1024 * 1024) + 1 });
        Bucket bucket = store.GetBucket(Stores.Bucket);
        byte[] plain = Bytes.Of(11 * 1024 * 1024);

        await bucket.PutAsync("k", new SequentialSource(plain));

        Assert.That(sizes.Order(), Is.EqualTo(
            new long[]
            {
                (plain.Length - (162 * Encrypted.Chunk)) + (15 * 32), 81 * Encrypted.StoredChunk, (81 * Encrypted.StoredChunk) + 768,
            }));
        Assert.That(await Encrypted.ReadAsync(bucket, "k"), Is.EqualTo(plain));
    }

    [Test]
    public async Task A_large_put_whose_completion_is_repeated_sends_its_end_once()
    {
        ScriptedBackend upstream = Encrypted.Cloud();
        int completions = 0;
        upstream.Complete = async (request, token) =>
        {
            if (++completions == 1)
            {
                throw new StorageException(StorageErrorCode.PreconditionFailed, "It was replaced by the same.");
            }

            return await upstream.Real.CompleteUploadAsync(request, token);
        };
        EncryptionBackend backend = Encrypted.Over(upstream);
        byte[] plain = Bytes.Of(2 * Encrypted.PartSize);
        PartedWrite write = await backend.BeginPartsAsync(
            new CreateUploadRequest
            {
                Bucket = Stores.Bucket,
                Key = "k",
                WriteToken = "token",
                Layout = new PartLayout(Encrypted.PartSize, Encrypted.PartSize),
            },
            CancellationToken.None);
        PartInfo second = await write.SendAsync(2, StorageBody.FromBytes(plain.AsMemory(Encrypted.PartSize)), CancellationToken.None);
        PartInfo first = await write.SendAsync(1, StorageBody.FromBytes(plain.AsMemory(0, Encrypted.PartSize)), CancellationToken.None);

        await Catch.CodeAsync(
            StorageErrorCode.PreconditionFailed, () => write.CompleteAsync([first, second], default, CancellationToken.None));
        ObjectProperties made = await write.CompleteAsync([first, second], default, CancellationToken.None);

        Assert.That(made.Size, Is.EqualTo(plain.Length));
        Assert.That(upstream.Count("UploadPart"), Is.EqualTo(3));
        Assert.That(await Encrypted.ReadAsync(Encrypted.Bucket(upstream), "k"), Is.EqualTo(plain));
    }

    [Test]
    public async Task Parts_that_are_not_those_of_the_plan_make_no_object()
    {
        EncryptionBackend backend = Encrypted.Over(Encrypted.Cloud());
        var request = new CreateUploadRequest { Bucket = Stores.Bucket, Key = "k", WriteToken = "token" };
        await Catch.CodeAsync(StorageErrorCode.NotSupported, () => backend.BeginPartsAsync(request, CancellationToken.None));
        PartedWrite write = await backend.BeginPartsAsync(
            request with { Layout = new PartLayout(Encrypted.PartSize, Encrypted.PartSize) }, CancellationToken.None);
        await Catch.CodeAsync(
            StorageErrorCode.InternalError,
            () => write.SendAsync(1, StorageBody.FromBytes(new byte[Encrypted.PartSize + 1]), CancellationToken.None));
        PartInfo first = await write.SendAsync(1, StorageBody.FromBytes(new byte[10]), CancellationToken.None);
        PartInfo second = await write.SendAsync(2, StorageBody.FromBytes(new byte[10]), CancellationToken.None);

        await Catch.CodeAsync(StorageErrorCode.InternalError, () => write.CompleteAsync([first, second], default, CancellationToken.None));
        await Catch.CodeAsync(StorageErrorCode.InternalError, () => write.CompleteAsync([second], default, CancellationToken.None));

        await write.AbortAsync(CancellationToken.None);
        await Catch.AsyncAs<ObjectDisposedException>(() => write.SendAsync(3, StorageBody.FromBytes(new byte[10]), CancellationToken.None));
    }

    [Test]
    public async Task A_source_that_fails_or_a_cancellation_stores_nothing([Values] bool streams, [Values] bool cancels)
    {
        ScriptedBackend upstream = streams ? Encrypted.Disk() : Encrypted.Cloud();
        Bucket bucket = Encrypted.Bucket(upstream);
        using var cancel = new CancellationTokenSource();
        var source = new SequentialSource(Bytes.Of(500_000), 50_000)
        {
            BeforeRead = async (delivered, token) =>
            {
                if (delivered >= 400_000)
                {
                    await (cancels ? cancel.CancelAsync() : Task.FromException(new InvalidDataException("The source is damaged.")));
                    token.ThrowIfCancellationRequested();
                }
            },
        };

        if (cancels)
        {
            await Catch.AsyncAs<OperationCanceledException>(() => bucket.PutAsync("k", source, cancellationToken: cancel.Token));
        }
        else
        {
            await Catch.AsyncAs<InvalidDataException>(() => bucket.PutAsync("k", source));
        }

        Assert.That(await bucket.ListAsync().CountAsync(), Is.Zero);
        Assert.That(await bucket.ListMultipartUploadsAsync().CountAsync(), Is.Zero);
    }

    [Test]
    public async Task A_reader_that_is_disposed_reads_no_more_and_disposes_what_is_beneath()
    {
        ScriptedBackend upstream = Encrypted.Disk();
        await Encrypted.Bucket(upstream).PutAsync("k", Bytes.Of(300_000));
        WatchedStream? opened = null;
        upstream.Get = async (request, token) =>
        {
            GetResult result = await upstream.Real.GetAsync(request, token);
            return result with { Content = opened = new WatchedStream(result.Content) };
        };
        EncryptionBackend backend = Encrypted.Over(upstream);
        GetResult got = await backend.GetAsync(new GetRequest { Bucket = Stores.Bucket, Key = "k" }, CancellationToken.None);
        await got.Content.ReadExactlyAsync(new byte[10]);

        await got.Content.DisposeAsync();
        await got.Content.DisposeAsync();

        Assert.That(opened!.IsDisposed, Is.True);
        await Catch.AsyncAs<ObjectDisposedException>(async () => await got.Content.ReadExactlyAsync(new byte[1]));
    }

    [Test]
    public async Task A_read_continues_after_reads_that_were_cancelled_in_the_middle_of_a_chunk(
        [Values(100, Encrypted.Chunk, Encrypted.PartSize, 200_000)] int size, [Values(1000, 300_000)] int bufferSize)
    {
        ScriptedBackend upstream = Encrypted.Disk();
        Bucket bucket = Encrypted.Bucket(upstream);
        byte[] plain = Bytes.Of(size);
        await bucket.PutAsync("k", plain);
        upstream.Get = async (request, token) =>
        {
            GetResult result = await upstream.Real.GetAsync(request, token);
            return result with { Content = new HaltingBody(result.Content, step: 10_007) };
        };
        await using ObjectReader reader = await bucket.GetAsync("k");

        (byte[] read, int cancelled) = await HaltingBody.ReadAllAsync(reader.Content, bufferSize);

        Assert.That(read, Is.EqualTo(plain));
        Assert.That(cancelled, Is.GreaterThan(size / 10_007));
        Assert.That(upstream.Count("Get"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_failed_open_leaves_no_body_open()
    {
        ScriptedBackend upstream = Encrypted.Disk();
        await Encrypted.Bucket(upstream).PutAsync("k", Bytes.Of(300_000));
        var opened = new List<WatchedStream>();
        upstream.Get = async (request, token) =>
        {
            GetResult result = await upstream.Real.GetAsync(request, token);
            opened.Add(new WatchedStream(result.Content));
            return result with { Content = opened[^1] };
        };
        Bucket bucket = Encrypted.Bucket(upstream, new KeyRing("other", Bytes.Of(32)));

        await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => bucket.GetAsync("k"));
        await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => bucket.GetAsync("k", new GetOptions { Range = ByteRange.Suffix(10) }));
        await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => bucket.GetAsync("k", new GetOptions { Range = ByteRange.From(0, 10) }));
        await Catch.CodeAsync(
            StorageErrorCode.InvalidRange,
            () => Encrypted.Bucket(upstream).GetAsync("k", new GetOptions { Range = ByteRange.From(300_000) }));

        Assert.That(opened, Has.Count.EqualTo(4));
        Assert.That(opened.Select(static stream => stream.IsDisposed), Is.All.True);
    }

    private static async Task<bool> RangeIsRightAsync(bool streams, int size, int kind, int first, int length, bool remembers)
    {
        ScriptedBackend upstream = streams ? Encrypted.Disk() : Encrypted.Cloud();
        Bucket bucket = Encrypted.Bucket(upstream);
        byte[] plain = Bytes.Of(size);
        await bucket.PutAsync("k", new SequentialSource(plain));
        if (remembers)
        {
            await Encrypted.ReadAsync(bucket, "k");
        }

        ByteRange range = kind switch
        {
            0 => ByteRange.From(first, length),
            1 => ByteRange.From(first),
            _ => ByteRange.Suffix(length),
        };
        ContentRange expected;
        try
        {
            expected = range.Resolve(size);
        }
        catch (StorageException refused)
        {
            StorageException error = await Catch.CodeAsync(StorageErrorCode.InvalidRange, () => Encrypted.ReadAsync(bucket, "k", range));
            return error.ObjectSize == refused.ObjectSize;
        }

        await using ObjectReader reader = await bucket.GetAsync("k", new GetOptions { Range = range });
        return reader.Range == expected
            && (await reader.ReadAllAsync()).AsSpan().SequenceEqual(plain.AsSpan((int)expected.Offset, (int)expected.Length));
    }

    /// <summary>A body that can be replayed, but whose source is written to.</summary>
    private sealed class ChangingBody(byte[] bytes) : StorageBody
    {
        private readonly byte[] _md5 = Payload.Md5(bytes);

        public bool Changes { get; set; }

        public override long? Length => bytes.Length;

        public override ReadOnlyMemory<byte>? Md5 => _md5;

        public override bool CanReplay => true;

        public override string ETag => ETags.FromMd5(_md5);

        public override Stream Open()
        {
            byte[] now = [.. bytes];
            if (Changes)
            {
                now[^200_000] ^= 1;
            }

            return new MemoryStream(now);
        }
    }

    private sealed class WatchedStream(Stream inner) : AsyncReadStream
    {
        public bool IsDisposed { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
