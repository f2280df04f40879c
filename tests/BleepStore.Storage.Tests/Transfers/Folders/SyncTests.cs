using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Support;
using BleepStore.Storage.Transfers.Folders;
using NSubstitute;

namespace BleepStore.Storage.Tests.Transfers.Folders;

public class SyncTests : FoldersFixture
{
    [Test]
    public async Task A_plan_changes_nothing_and_can_be_shown()
    {
        Write("a", 3);
        await Bucket.PutAsync("b", new byte[4]);

        SyncPlan plan = await Folder.PlanSyncAsync(Objects, Deleting);

        Assert.That(
            plan.Changes.Select(static change => change.ToString()), Is.EqualTo(["Add a (Missing, 3 bytes)", "Delete b (Extra, 4 bytes)"]));
        Assert.That(
            plan.ToString(), Is.EqualTo($"{Tree} to bucket/: 1 to add, 0 to replace, 1 to delete, 0 unchanged, 3 bytes to transfer"));
        Assert.That((plan.Bytes, plan.Unchanged, plan.InDoubt, plan.Skipped.Count, plan.Failures.Count), Is.EqualTo((3, 0, 0, 0, 0)));
        Assert.That(await Keys(), Is.EqualTo(["b"]));
    }

    [Test]
    public async Task Nothing_is_deleted_unless_it_is_asked_for()
    {
        Write("a", 3);
        await Bucket.PutAsync("b", new byte[4]);

        FolderReport report = await Folder.SyncAsync(Objects);

        Assert.That((report.Transferred, report.Deleted), Is.EqualTo((1, 0)));
        Assert.That(await Keys(), Is.EqualTo(["a", "b"]));
    }

    [Test]
    public async Task An_empty_source_deletes_nothing_unless_it_is_forced()
    {
        await Bucket.PutAsync("b", new byte[4]);

        IOException refused = await Catch.AsyncAs<IOException>(() => Folder.SyncAsync(Objects, Deleting));
        Assert.That(refused.Message, Does.Contain(Tree).And.Contain("is empty").And.Contain(nameof(SyncOptions.ForceDelete)));
        Assert.That(await Keys(), Is.EqualTo(["b"]));

        FolderReport forced = await Folder.SyncAsync(Objects, Deleting with { ForceDelete = true });
        Assert.That((forced.Deleted, (await Keys()).Length), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task A_missing_source_is_an_error_unless_deletion_is_forced()
    {
        await Bucket.PutAsync("b", new byte[4]);
        Directory.Delete(Tree);

        await Catch.AsyncAs<DirectoryNotFoundException>(() => Folder.SyncAsync(Objects));
        await Catch.AsyncAs<DirectoryNotFoundException>(() => Folder.SyncAsync(Objects, Deleting));
        Assert.That(await Keys(), Is.EqualTo(["b"]));
        Assert.That((await Folder.SyncAsync(Objects, Deleting with { ForceDelete = true })).Deleted, Is.EqualTo(1));
    }

    [Test]
    public async Task A_bucket_that_could_not_be_listed_whole_deletes_nothing()
    {
        Write("a", 3);
        await Bucket.PutAsync("b", new byte[4]);
        Backend.Before = static request => request is ListRequest
            ? throw new StorageException(StorageErrorCode.ServiceUnavailable, "cut")
            : Task.CompletedTask;

        await StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, () => Objects.SyncAsync(Folder, Deleting));

        Assert.That(File.Exists(Path.Combine(Tree, "a")), Is.True);
    }

    [Test]
    public async Task What_failed_keeps_everything_from_being_deleted()
    {
        Write("new-name", 3);
        await Bucket.PutAsync("old-name", new byte[3]);
        Backend.Before = static request =>
            request is PutRequest ? throw new StorageException(StorageErrorCode.AccessDenied, "No.") : Task.CompletedTask;

        FolderReport report = await Folder.SyncAsync(Objects, Deleting);

        Assert.That((report.Failures.Single().Name, report.Deleted), Is.EqualTo(("new-name", 0)));
        Assert.That(await Keys(), Is.EqualTo(["old-name"]));
        AggregateException thrown = Assert.Throws<AggregateException>(() => report.ThrowIfFailed());
        Assert.That(thrown.Message, Does.Contain("'new-name'").And.Contain("No."));
    }

    [Test]
    public async Task Excluded_and_skipped_names_are_not_deleted()
    {
        Write("a", 3);
        Directory.CreateSymbolicLink(Path.Combine(Tree, "link"), "..");
        File.CreateSymbolicLink(Path.Combine(Tree, "file-link"), "a");
        foreach (string key in new[] { "kept.log", "link/x", "file-link", "marker/", "extra" })
        {
            await Bucket.PutAsync(key, key == "marker/" ? [] : new byte[1]);
        }

        FolderReport report = await Folder.SyncAsync(Objects, Deleting with { Exclude = ["**/*.log"] });

        Assert.That((report.Deleted, await Keys()), Is.EqualTo((1, new[] { "a", "file-link", "kept.log", "link/x", "marker/" })));
        Assert.That(
            report.Skipped.Select(static skipped => (skipped.Name, skipped.Reason)),
            Is.EqualTo([("file-link", SkipReason.Link), ("link", SkipReason.Link)]));
    }

    [TestCase("a", "a/b", "a/c")]
    [TestCase("a/b/c", "a")]
    [TestCase("a/b", "a/b/c/d", "a/b/e")]
    public async Task A_file_and_a_folder_take_each_others_place(string key, params string[] files)
    {
        Array.ForEach(files, file => Write(file, 3));
        await Bucket.PutAsync(key, new byte[5]);

        FolderReport report = await Objects.SyncAsync(Folder, Deleting);

        Assert.That((report.ThrowIfFailed().Transferred, report.Deleted), Is.EqualTo((1, files.Length)));
        Assert.That(Files(), Is.EqualTo([key]));
    }

    [Test]
    public async Task A_file_that_changed_since_the_plan_is_neither_replaced_nor_deleted()
    {
        Write("replaced", 3);
        Write("extra", 3);
        await Bucket.PutAsync("replaced", new byte[9]);
        await Bucket.PutAsync("added", new byte[9]);
        SyncPlan plan = await Objects.PlanSyncAsync(Folder, Deleting with { ForceDelete = true });
        Write("replaced", 4);
        Write("extra", 4);
        Write("added", 4);

        FolderReport report = await plan.RunAsync();

        Assert.That(report.Failures.Select(static failure => failure.Name), Is.EqualTo(["added", "extra", "replaced"]));
        Assert.That(report.Failures.Select(static failure => failure.Error), Is.All.InstanceOf<IOException>());
        Assert.That(report.Failures.Select(static failure => failure.Error.Message), Has.None.Contains("/proc/"));
        Assert.That(Files().Select(name => new FileInfo(Path.Combine(Tree, name)).Length), Is.EqualTo([4, 4, 4]));
    }

    [Test]
    public async Task A_source_that_changed_since_the_plan_is_not_sent()
    {
        Write("a", 3);
        SyncPlan plan = await Folder.PlanSyncAsync(Objects);
        Write("a", 4);

        FolderReport report = await plan.RunAsync();

        Assert.That(report.Failures.Single().Error.Message, Does.Contain(Path.Combine(Tree, "a")).And.Contain("meanwhile"));
        Assert.That(await Keys(), Is.Empty);
    }

    [TestCase(InDoubt.Transfer)]
    [TestCase(InDoubt.Skip)]
    [TestCase(InDoubt.Fail)]
    public async Task What_is_in_doubt_is_transferred_skipped_or_failed(InDoubt choice)
    {
        byte[] content = Payload.Bytes((6 * 1024 * 1024) + 5);
        Write("a", content);
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("a");
        const int oddSize = (5 * 1024 * 1024) + 17;
        PartInfo first = await upload.UploadPartAsync(1, content.AsMemory(0, oddSize));
        await upload.CompleteAsync([first, await upload.UploadPartAsync(2, content.AsMemory(oddSize))]);

        FolderReport report = await Folder.SyncAsync(Objects, new SyncOptions { InDoubt = choice });
        FolderReport second = await Folder.SyncAsync(Objects, new SyncOptions { InDoubt = choice });

        Assert.That((report.InDoubt, report.Transferred), Is.EqualTo((1, choice == InDoubt.Transfer ? 1 : 0)));
        Assert.That(
            report.Skipped.Select(static skipped => skipped.Reason),
            Is.EqualTo(choice == InDoubt.Skip ? [SkipReason.InDoubt] : Array.Empty<SkipReason>()));
        Assert.That(report.Failures, Has.Count.EqualTo(choice == InDoubt.Fail ? 1 : 0));
        Assert.That(second.InDoubt, Is.EqualTo(choice == InDoubt.Transfer ? 0 : 1), "what was sent is ours");
    }

    [Test]
    public async Task Attributes_come_from_the_application_and_times_go_along()
    {
        Write("a/page.html", 3);
        Write("b.bin", 3);
        var time = new DateTime(2001, 2, 3, 4, 5, 6, 789, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Path.Combine(Tree, "b.bin"), time);
        var options = new UploadFolderOptions
        {
            KeepTimes = true,
            Attributes = static name =>
                name.EndsWith(".html", StringComparison.Ordinal) ? new ObjectAttributes { CacheControl = "no-cache" } : null,
        };

        await Bucket.UploadFolderAsync(Tree, options: options);
        FolderReport down = await Bucket.DownloadFolderAsync("", Temporary.PathOf("copy"), new DownloadFolderOptions { KeepTimes = true });

        ObjectProperties page = await Bucket.HeadAsync("a/page.html");
        Assert.That((page.CacheControl, page.ContentType), Is.EqualTo(("no-cache", "text/html")));
        Assert.That((await Bucket.HeadAsync("b.bin")).Metadata["mtime"], Is.EqualTo("981173106.789"));
        Assert.That(down.ThrowIfFailed().Transferred, Is.EqualTo(2));
        Assert.That(File.GetLastWriteTimeUtc(Temporary.PathOf("copy/b.bin")), Is.EqualTo(time));
    }

    [TestCase("981173106.789")]
    [TestCase("2001-02-03T04:05:06.789Z")]
    [TestCase("2001-02-03T05:05:06.789+01:00")]
    [TestCase("2001-02-03T04:05:06.789000000Z")]
    public async Task A_time_is_read_in_each_form_that_rclone_writes(string time)
    {
        await Bucket.PutAsync("a", new byte[1], new PutOptions { Metadata = new Dictionary<string, string> { ["mtime"] = time } });

        await Bucket.DownloadFolderAsync("", Tree, new DownloadFolderOptions { KeepTimes = true });

        Assert.That(
            File.GetLastWriteTimeUtc(Path.Combine(Tree, "a")), Is.EqualTo(new DateTime(2001, 2, 3, 4, 5, 6, 789, DateTimeKind.Utc)));
    }

    [TestCase("")]
    [TestCase("never")]
    [TestCase("1e5")]
    [TestCase("99999999999999999999")]
    [TestCase("-99999999999999")]
    public async Task A_time_that_no_file_can_have_is_left_out(string time)
    {
        await Bucket.PutAsync("a", new byte[1], new PutOptions { Metadata = new Dictionary<string, string> { ["mtime"] = time } });

        FolderReport report = await Bucket.DownloadFolderAsync("", Tree, new DownloadFolderOptions { KeepTimes = true });

        Assert.That(report.ThrowIfFailed().Transferred, Is.EqualTo(1));
    }

    [Test]
    public async Task A_callback_that_throws_fails_its_file_alone()
    {
        Write("a", 3);
        Write("b", 3);
        var options = new UploadFolderOptions { Attributes = static name => name == "a" ? throw new FormatException("no") : null };

        FolderReport report = await Bucket.UploadFolderAsync(Tree, options: options);

        Assert.That(
            (report.Failures.Single().Name, report.Failures.Single().Error.Message, report.Transferred), Is.EqualTo(("a", "no", 1)));
    }

    [Test]
    public async Task Links_in_the_target_are_neither_followed_nor_replaced()
    {
        string outside = Directory.CreateDirectory(Temporary.PathOf("outside")).FullName;
        File.WriteAllText(Path.Combine(outside, "b"), "canary");
        Directory.CreateSymbolicLink(Path.Combine(Tree, "a"), outside);
        File.CreateSymbolicLink(Path.Combine(Tree, "file"), Path.Combine(outside, "b"));
        await Bucket.PutAsync("a/b", new byte[3]);
        await Bucket.PutAsync("a/new", new byte[3]);
        await Bucket.PutAsync("file", new byte[3]);
        await Bucket.PutAsync("good", new byte[3]);

        foreach (FolderReport report in new[] { await Bucket.DownloadFolderAsync("", Tree), await Objects.SyncAsync(Folder, Deleting) })
        {
            Assert.That(report.Failures.Select(static failure => failure.Name), Is.EqualTo(["a/b", "a/new", "file"]));
            Assert.That(report.Failures.Select(static failure => failure.Error.Message), Is.All.Contain("link").And.Not.Contain("/proc/"));
        }

        Assert.That(Directory.EnumerateFileSystemEntries(outside), Is.EqualTo([Path.Combine(outside, "b")]));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(outside, "b")), Is.EqualTo("canary"));
        Assert.That(File.Exists(Path.Combine(Tree, "good")), Is.True);
    }

    /// <summary>The folder is swapped for a link while the object comes. The file goes where the folder is now.</summary>
    [Test]
    [Platform("Linux", Reason = "Elsewhere a folder is not held open.")]
    public async Task A_folder_that_is_swapped_for_a_link_in_the_middle_leads_nowhere_else()
    {
        string outside = Directory.CreateDirectory(Temporary.PathOf("outside")).FullName;
        await Bucket.PutAsync("a/b", new byte[3]);
        Backend.After = request =>
        {
            if (request is GetRequest)
            {
                Directory.Move(Path.Combine(Tree, "a"), Temporary.PathOf("moved"));
                Directory.CreateSymbolicLink(Path.Combine(Tree, "a"), outside);
            }

            return Task.CompletedTask;
        };

        await Bucket.DownloadFolderAsync("", Tree);

        Assert.That(Directory.EnumerateFileSystemEntries(outside), Is.Empty);
        Assert.That(File.Exists(Temporary.PathOf("moved/b")), Is.True);
    }

    [Test]
    public async Task Names_that_Windows_cannot_have_are_failures_on_request()
    {
        string[] names = ["C:\\x", "..\\x", "con", "dot.", "space ", "good"];
        foreach (string name in names)
        {
            await Bucket.PutAsync(name, new byte[1]);
        }

        FolderReport report = await Bucket.DownloadFolderAsync("", Tree, new DownloadFolderOptions { PortableNames = true });

        Assert.That(report.Failures.Select(static failure => failure.Name), Is.EquivalentTo(names.SkipLast(1)));
        Assert.That(Files(), Is.EqualTo(["good"]));
    }

    [Test]
    public void Keys_that_are_one_file_where_case_is_ignored_are_found()
    {
        var collisions = new NameCollisions(static () => true);
        collisions.Check("Straße/ä");
        collisions.Check("Straße/ä");
        collisions.Check("other");

        Assert.That(() => collisions.Check("straße/Ä"), Throws.InstanceOf<IOException>().With.Message.Contains("Straße/ä"));
        Assert.That(() => collisions.Check("Straße/a\u0308"), Throws.InstanceOf<IOException>());
        Assert.That(() => NameCollisions.In(Tree).Check("any"), Throws.Nothing);
        Assert.That(Files(), Is.Empty, "the probe is removed");
    }

    [Test]
    public async Task After_a_thousand_failures_it_stops()
    {
        for (int number = 0; number < 3000; number++)
        {
            await Memory.GetBucket("bucket").PutAsync($"{number:D4}", new byte[1]);
        }

        Backend.Before = static request =>
            request is GetRequest ? throw new StorageException(StorageErrorCode.AccessDenied, "No.") : Task.CompletedTask;

        FolderReport report = await Bucket.DownloadFolderAsync("", Tree);

        Assert.That((report.IsComplete, report.Transferred), Is.EqualTo((false, 0)));
        Assert.That(report.Failures.Count, Is.InRange(1000, 1000 + new UploadFolderOptions().MaxConcurrency));
    }

    [Test]
    public async Task A_cancelled_download_leaves_whole_files_only_and_goes_on_later()
    {
        for (int number = 0; number < 50; number++)
        {
            await Memory.GetBucket("bucket").PutAsync($"{number:D2}", new byte[1000]);
        }

        using var cancel = new CancellationTokenSource();
        int gets = 0;
        Backend.After = request =>
            request is GetRequest && Interlocked.Increment(ref gets) == 20 ? cancel.CancelAsync() : Task.CompletedTask;

        await Catch.AsyncAs<OperationCanceledException>(() => Bucket.DownloadFolderAsync("", Tree, cancellationToken: cancel.Token));
        string[] left = Files();
        FolderReport second = await Bucket.DownloadFolderAsync("", Tree);

        Assert.That(left.Select(name => new FileInfo(Path.Combine(Tree, name)).Length), Is.All.EqualTo(1000));
        Assert.That((second.Unchanged, second.Transferred), Is.EqualTo((left.Length, 50 - left.Length)));
        Assert.That(Files(), Has.Length.EqualTo(50));
    }

    [Test]
    public async Task Progress_tells_of_all_files()
    {
        for (int number = 0; number < 20; number++)
        {
            Write($"{number}", 1000);
        }

        var reports = new Reports();
        await Folder.SyncAsync(Objects, new SyncOptions { Progress = reports });
        FolderProgress last = await reports.LastAsync();

        Assert.That((last.Done, last.Total, last.Bytes, last.TotalBytes), Is.EqualTo((20, 20, 20_000, 20_000)));
        Assert.That(last.Current, Is.Empty);
    }

    [Test]
    public async Task A_plan_that_ended_early_says_so()
    {
        for (int number = 0; number < 1200; number++)
        {
            await Memory.GetBucket("bucket").PutAsync($"{number:D4}//", new byte[1]);
        }

        await Bucket.PutAsync("zz", new byte[1]);

        SyncPlan plan = await Objects.PlanSyncAsync(Folder);
        FolderReport report = await plan.RunAsync();

        Assert.That((plan.IsComplete, report.IsComplete), Is.EqualTo((false, false)));
        Write("!extra", 3);
        Assert.That(
            (await Catch.AsyncAs<IOException>(() => Objects.SyncAsync(Folder, Deleting))).Message,
            Does.Contain("could not be read completely"));
    }

    [Test]
    [Platform("Linux", Reason = "Elsewhere paths have other limits.")]
    public async Task A_source_that_could_not_be_read_whole_deletes_nothing()
    {
        Write("a/b", 3);
        await Bucket.PutAsync("extra", new byte[3]);

        IOException refused = await WithUnreadableFolderAsync(() => Catch.AsyncAs<IOException>(() => Folder.SyncAsync(Objects, Deleting)));

        Assert.That(
            refused.Message,
            Does.Contain("could not be read completely").And.Contain("xxx/'").And.Contain(nameof(SyncOptions.ForceDelete)));
        Assert.That(await Keys(), Is.EqualTo(["extra"]));
    }

    [Test]
    public async Task What_a_skipped_object_hides_is_not_kept()
    {
        ObjectStore other = InMemoryStore.Create();
        await using (other)
        {
            Bucket target = await other.CreateBucketAsync("target");
            MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("a");
            await upload.CompleteAsync([await upload.UploadPartAsync(1, new byte[5])]);
            await target.PutAsync("a", Payload.Bytes(5));
            await target.PutAsync("a/x", new byte[1]);
            await target.PutAsync("b", new byte[1]);

            SyncPlan plan = await Objects.PlanSyncAsync(SyncPlace.Bucket(target), Deleting with { InDoubt = InDoubt.Skip });

            Assert.That(plan.Changes.Select(static change => change.Name), Is.EqualTo(["a/x", "b"]));
        }
    }

    [TestCase("a/", "a/copy/")]
    [TestCase("a/copy", "a")]
    [TestCase("", "a")]
    public void Places_within_each_other_are_refused(string from, string to) =>
        Assert.That(
            () => SyncPlace.Bucket(Bucket, from).SyncAsync(SyncPlace.Bucket(Bucket, to)),
            Throws.ArgumentException.With.Message.Contains("within"));

    [Test]
    public async Task A_place_is_like_itself()
    {
        await Bucket.PutAsync("a/b", new byte[1]);

        Assert.That((await SyncPlace.Bucket(Bucket, "a").SyncAsync(SyncPlace.Bucket(Bucket, "a/"), Deleting)).Unchanged, Is.EqualTo(1));
    }

    [TestCase("")]
    [TestCase("..")]
    [TestCase("x/..")]
    [TestCase("/")]
    [TestCase("./")]
    [TestCase("a\0b")]
    public async Task Patterns_take_every_name_as_it_is(string name)
    {
        foreach (string key in new[] { $"p/{name}", "p/x/../secret/y", "p/a//b", "p/secret/z", "p/a/b" })
        {
            await Bucket.PutAsync(key, Array.Empty<byte>());
        }

        FolderReport excluded = await Bucket.DownloadFolderAsync("p", Tree, new DownloadFolderOptions { Exclude = ["secret/**"] });
        FolderReport included = await Bucket.DownloadFolderAsync("p", Tree, new DownloadFolderOptions { Include = ["a/b"] });

        Assert.That(
            (excluded.Transferred, excluded.Skipped.Count + excluded.Failures.Count),
            Is.EqualTo((1, 3)),
            "a/b comes, and three are no names of files");
        Assert.That((included.Unchanged, included.Failures.Count, included.Skipped.Count), Is.EqualTo((1, 0, 0)));
    }

    [Test]
    public async Task A_plan_leaves_no_trace_in_the_folder()
    {
        await Bucket.PutAsync("a", new byte[1]);
        Directory.SetLastWriteTimeUtc(Tree, DateTime.UnixEpoch);

        await Objects.PlanSyncAsync(Folder);

        Assert.That(Directory.GetLastWriteTimeUtc(Tree), Is.EqualTo(DateTime.UnixEpoch));
    }

    [Test]
    public void Two_folders_are_refused() =>
        Assert.That(() => Folder.SyncAsync(SyncPlace.Folder(Temporary.PathOf("other"))), Throws.ArgumentException);

    [Test]
    public void At_least_one_is_under_way() => Assert.That(
        () => Bucket.UploadFolderAsync(
            Tree, options: new UploadFolderOptions { MaxConcurrency = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public async Task A_fake_of_the_members_of_a_bucket_carries_it()
    {
        Write("a", 3);
        Bucket fake = Substitute.For<Bucket>();
        fake.ListAsync(Arg.Any<ListOptions>(), Arg.Any<CancellationToken>()).Returns(AsyncEnumerable.Empty<ListEntry>());

        FolderReport report = await fake.UploadFolderAsync(Tree, "p");

        Assert.That(report.ThrowIfFailed().Transferred, Is.EqualTo(1));
        await fake.Received(1).PutAsync("p/a", Arg.Any<Stream>(), Arg.Any<PutOptions>(), Arg.Any<CancellationToken>());
    }

    /// <summary>A folder so deep that the system takes no path to it.</summary>
    private async Task<T> WithUnreadableFolderAsync<T>(Func<Task<T>> run)
    {
        string deep = new('x', 250);
        Shell($"cd '{Tree}' && for i in $(seq 20); do mkdir {deep} && cd -P {deep} || exit 1; done");
        try
        {
            return await run();
        }
        finally
        {
            Shell($"rm -rf '{Tree}/{deep}'");
        }
    }

    private sealed class Reports : IProgress<FolderProgress>
    {
        private readonly TaskCompletionSource<FolderProgress> _last = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Report(FolderProgress value)
        {
            if (value is { Done: 20, TotalBytes: 20_000, Bytes: 20_000, Current.Count: 0 })
            {
                _last.TrySetResult(value);
            }
        }

        public Task<FolderProgress> LastAsync() => _last.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
