using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Local;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;
using BleepStore.Storage.Transfers.Folders;
using NSubstitute;

namespace BleepStore.Storage.Tests.Transfers.Folders;

/// <summary>Tests failures between two places, and concurrent changes by others.</summary>
public class HostileFoldersTests : FoldersFixture
{
    /// <summary>The walk gives a link to a folder the place of its files, so the two sides come in different orders.</summary>
    [Test]
    public async Task An_object_with_the_name_of_a_skipped_link_to_a_folder_is_kept()
    {
        Write("a-", 3);
        Directory.CreateSymbolicLink(Path.Combine(Tree, "a"), "..");
        await Bucket.PutAsync("a", new byte[1]);

        FolderReport report = await Folder.SyncAsync(Objects, Deleting);

        Assert.That((report.Deleted, await Keys()), Is.EqualTo((0, new[] { "a", "a-" })));
    }

    [Test]
    public async Task An_object_with_the_name_of_a_loop_is_kept()
    {
        Write("a-", 3);
        Directory.CreateSymbolicLink(Path.Combine(Tree, "a"), ".");
        await Bucket.PutAsync("a", new byte[1]);

        FolderReport report = await Folder.SyncAsync(Objects, Deleting with { FollowLinks = true });

        Assert.That((report.Deleted, await Keys()), Is.EqualTo((0, new[] { "a", "a-" })));
    }

    [TestCase("..", false)]
    [TestCase("nowhere", false)]
    [TestCase("nowhere", true)]
    public async Task What_is_below_a_skipped_link_is_kept_also_when_patterns_do_not_take_the_link(string target, bool followsLinks)
    {
        Write("a.jpg", 3);
        File.CreateSymbolicLink(Path.Combine(Tree, "album"), target);
        await Bucket.PutAsync("album/1.jpg", new byte[1]);

        FolderReport report = await Folder.SyncAsync(Objects, Deleting with { Include = ["**/*.jpg"], FollowLinks = followsLinks });

        Assert.That((report.Deleted, await Keys()), Is.EqualTo((0, new[] { "a.jpg", "album/1.jpg" })));
    }

    /// <summary>The path of the file is too long for the system, and that of its folder is not. No permission does the same.</summary>
    [Test]
    [Platform("Linux", Reason = "Elsewhere paths have other limits.")]
    public async Task A_file_that_the_system_tells_nothing_of_is_not_taken_for_gone()
    {
        string root = Tree;
        while (root.Length < 3900)
        {
            root = Path.Combine(root, new string('d', Math.Min(200, 3901 - root.Length)));
        }

        Directory.CreateDirectory(root);
        File.WriteAllBytes(Path.Combine(root, "a"), new byte[3]);
        string name = new('x', 250);
        Shell($"cd '{Tree}' && for i in $(seq 50); do d=$(ls -d d* 2>/dev/null) || break; cd -P \"$d\"; done; touch {name}");
        await Bucket.PutAsync(name, new byte[3]);
        try
        {
            FolderReport report = await SyncPlace.Folder(root).SyncAsync(Objects, Deleting);
            Assert.That((report.Failures.Single().Name, report.Deleted), Is.EqualTo((name, 0)));
        }
        finally
        {
            string[] keys = await Keys();
            Shell($"rm -rf '{Tree}'/d*");
            Assert.That(keys, Does.Contain(name));
        }
    }

    [Test]
    public async Task An_empty_bucket_with_a_folder_marker_is_an_empty_source()
    {
        Write("a", 3);
        await Bucket.PutAsync("photos/", Array.Empty<byte>());

        await Catch.AsyncAs<IOException>(() => SyncPlace.Bucket(Bucket, "photos").SyncAsync(Folder, Deleting));
        Assert.That(Files(), Is.EqualTo(["a"]));
    }

    [Test]
    public async Task A_folder_with_nothing_but_a_link_is_an_empty_source()
    {
        File.CreateSymbolicLink(Path.Combine(Tree, "link"), "nowhere");
        await Bucket.PutAsync("a", new byte[1]);

        await Catch.AsyncAs<IOException>(() => Folder.SyncAsync(Objects, Deleting));
        Assert.That(await Keys(), Is.EqualTo(["a"]));
    }

    [Test]
    public async Task A_file_as_the_source_is_no_missing_folder()
    {
        Directory.Delete(Tree);
        File.WriteAllText(Tree, "I am a file");
        await Bucket.PutAsync("a", new byte[1]);

        await Catch.AsyncAs<IOException>(() => Folder.SyncAsync(Objects, Deleting with { ForceDelete = true }));
        Assert.That(await Keys(), Is.EqualTo(["a"]));
    }

    [Test]
    public async Task Nothing_stands_in_the_way_in_a_bucket()
    {
        Write("a", 3);
        await Bucket.PutAsync("a/b", new byte[1]);
        Backend.Before = static request =>
            request is PutRequest ? throw new StorageException(StorageErrorCode.AccessDenied, "No.") : Task.CompletedTask;

        FolderReport report = await Folder.SyncAsync(Objects, Deleting);

        Assert.That((report.Failures.Count, report.Deleted, await Keys()), Is.EqualTo((1, 0, new[] { "a/b" })));
    }

    [Test]
    public async Task A_name_like_that_of_a_temporary_file_takes_no_part_on_either_side()
    {
        await Bucket.PutAsync(".bleepstore-x.tmp", new byte[1]);
        await Bucket.PutAsync("a", new byte[1]);

        FolderReport first = await Objects.SyncAsync(Folder);
        FolderReport second = await Objects.SyncAsync(Folder);
        FolderReport back = await Folder.SyncAsync(Objects, Deleting);

        Assert.That((first.Transferred, second.Failures.Count, back.Deleted), Is.EqualTo((1, 0, 0)));
        Assert.That(await Keys(), Is.EqualTo([".bleepstore-x.tmp", "a"]));
    }

    [Test]
    public async Task An_empty_folder_is_not_in_the_way_of_a_file()
    {
        Directory.CreateDirectory(Path.Combine(Tree, "a", "b"));
        Write("a/c", 1);
        await Bucket.PutAsync("a", new byte[1]);

        FolderReport report = await Objects.SyncAsync(Folder, Deleting);
        Assert.That(report.Failures, Is.Empty);
    }

    [TestCase(300, 1)]
    [TestCase(1, 300)]
    [TestCase(255, 256)]
    public async Task A_name_that_is_too_long_is_a_failure_that_names_the_real_file(int folder, int file)
    {
        await Bucket.PutAsync($"{new string('f', folder)}/{new string('x', file)}", new byte[1]);

        FolderReport report = await Bucket.DownloadFolderAsync("", Tree);
        Assert.That(report.Failures.Single().Error.Message, Does.Not.Contain("/proc/").And.Contain(Tree));
    }

    [Test]
    public void Excluded_folders_hold_excluded_names_alone()
    {
        string[] parts = ["a", "b", "any", "*", "**", "a*", "*y", "an*"];
        string[] names = ["a", "b", "any", "anx", "ay", "x"];
        var random = new Random(7);
        var wrong = new HashSet<string>();
        for (int turn = 0; turn < 20000; turn++)
        {
            string pattern = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => parts[random.Next(parts.Length)]))
                + (random.Next(2) == 0 ? "/**" : "/");
            string folder = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => names[random.Next(names.Length)])) + "/";
            string below = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => names[random.Next(names.Length)]));
            var filter = new NameFilter(new SyncOptions { Exclude = [pattern] });
            if (filter.Excludes(folder) && filter.Takes(folder + below))
            {
                wrong.Add($"{pattern} excludes {folder} and takes {folder}{below}");
            }
        }

        Assert.That(wrong.Take(10), Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Every_key_goes_down_and_up(bool isLocal)
    {
        ObjectStore store = isLocal ? LocalStore.Create(new LocalBackendOptions { RootPath = Temporary.PathOf("store") }) : Store;
        Bucket bucket = isLocal ? await store.CreateBucketAsync("bucket") : Bucket;
        var taken = new List<string>();
        foreach (string key in KeyCatalogue.Valid.Select(static k => k.Key))
        {
            try
            {
                await bucket.PutAsync(key, new byte[key.Length + 1]);
                taken.Add(key);
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.InvalidKey)
            {
                // The store cannot have the key.
            }
        }

        Assert.That(taken, Has.Count.GreaterThan(10));
        FolderReport down = await bucket.DownloadFolderAsync("", Tree);
        FolderReport again = await bucket.DownloadFolderAsync("", Tree);
        Assert.That((again.Transferred, again.Unchanged), Is.EqualTo((0, down.Transferred)));
        SyncPlan plan = await SyncPlace.Folder(Tree).PlanSyncAsync(SyncPlace.Bucket(bucket), Deleting);
        Assert.That(plan.Changes.Where(static c => c.Action != SyncAction.Delete), Is.Empty);
        Bucket other = await store.CreateBucketAsync("other");
        FolderReport up = await other.UploadFolderAsync(Tree);
        Assert.That((up.Transferred, up.Failures.Count), Is.EqualTo((down.Transferred, 0)));
        Bucket third = await store.CreateBucketAsync("third");
        FolderReport copied = await SyncPlace.Bucket(bucket).SyncAsync(SyncPlace.Bucket(third), Deleting);
        Assert.That((copied.Transferred, copied.Failures.Count), Is.EqualTo((taken.Count, 0)));
        Assert.That((await SyncPlace.Bucket(bucket).PlanSyncAsync(SyncPlace.Bucket(third), Deleting)).Changes, Is.Empty);
        SyncPlan planned = await SyncPlace.Bucket(bucket).PlanSyncAsync(SyncPlace.Folder(Tree), Deleting);
        Assert.That(planned.Changes.Where(static c => c.Action == SyncAction.Delete), Is.Empty);
        if (isLocal)
        {
            await store.DisposeAsync();
        }
    }

    [Test]
    [NonParallelizable]
    [Platform("Linux", Reason = "Elsewhere nothing tells the handles.")]
    public async Task No_handle_and_no_temporary_file_is_left()
    {
        for (int n = 0; n < 30; n++)
        {
            await Memory.GetBucket("bucket").PutAsync($"d{n % 5}/e/{n}", new byte[5000]);
        }
        await Memory.GetBucket("bucket").PutAsync($"d1//x", new byte[5000]);
        await Memory.GetBucket("bucket").PutAsync($"d1/e", new byte[5000]);
        await Bucket.DownloadFolderAsync("", Tree);
        Directory.Delete(Tree, true);
        int before = Directory.GetFiles("/proc/self/fd").Length;
        var random = new Random(3);
        for (int turn = 0; turn < 150; turn++)
        {
            using var cancel = new CancellationTokenSource();
            int at = random.Next(90);
            Backend.After = _ => Interlocked.Decrement(ref at) == 0 ? cancel.CancelAsync() : Task.CompletedTask;
            try
            {
                await Bucket.DownloadFolderAsync(
                    "", Tree, new DownloadFolderOptions { MaxConcurrency = turn % 3 == 0 ? 1 : 50 }, cancel.Token);
            }
            catch (OperationCanceledException)
            {
                // It was to end so, or not.
            }
            if (turn % 2 == 0 && Directory.Exists(Tree))
            {
                foreach (string d in Directory.GetDirectories(Tree).Take(3))
                {
                    Directory.Delete(d, true);
                }
            }
            Assert.That(Files().Where(static f => f.Contains(".bleepstore-")), Is.Empty);
        }

        Assert.That(Directory.GetFiles("/proc/self/fd").Length, Is.LessThan(before + 10));
    }

    [Test]
    public async Task Two_syncs_at_once()
    {
        for (int n = 0; n < 200; n++)
        {
            await Memory.GetBucket("bucket").PutAsync($"d{n % 5}/e{n % 7}/{n}", new byte[100]);
            Write($"x{n % 5}/y{n % 3}/{n}", 3);
        }
        FolderReport[] both = await Task.WhenAll(
            Objects.SyncAsync(Folder, Deleting with { MaxConcurrency = 1000 }), Objects.SyncAsync(Folder, Deleting));
        FolderReport third = await Objects.SyncAsync(Folder, Deleting);
        Assert.That(third.ThrowIfFailed().Unchanged + third.Transferred, Is.EqualTo(200));
        Assert.That(Files().Length, Is.EqualTo(200));
        SyncPlan plan = await Folder.PlanSyncAsync(Objects, Deleting);
        Assert.That(plan.Changes, Is.Empty);
    }

    [TestCase("-62135596800")]
    [TestCase("253402300799")]
    [TestCase("-1.5")]
    [TestCase("0.00000000000000000000000001")]
    [TestCase("9999-12-31T23:59:59Z")]
    public async Task Times_at_the_edges(string time)
    {
        await Bucket.PutAsync("a", new byte[1], new PutOptions { Metadata = new Dictionary<string, string> { ["mtime"] = time } });
        FolderReport report = await Bucket.DownloadFolderAsync("", Tree, new DownloadFolderOptions { KeepTimes = true });
        Assert.That((report.Transferred, report.Failures.Count), Is.EqualTo((1, 0)));
        Assert.That(File.ReadAllBytes(Path.Combine(Tree, "a")), Is.EqualTo(new byte[1]));
    }

    [TestCase("12:00")]
    [TestCase("1/2")]
    [TestCase("2001-02-03")]
    public async Task A_time_in_another_form_is_ignored(string time)
    {
        await Bucket.PutAsync("a", new byte[1], new PutOptions { Metadata = new Dictionary<string, string> { ["mtime"] = time } });
        DateTime before = DateTime.UtcNow.AddMinutes(-1);
        await Bucket.DownloadFolderAsync("", Tree, new DownloadFolderOptions { KeepTimes = true });
        Assert.That(File.GetLastWriteTimeUtc(Path.Combine(Tree, "a")), Is.InRange(before, before.AddMinutes(2)));
    }

    [Test]
    public async Task A_time_of_the_callback_stays()
    {
        Write("a", 1);
        var options = new UploadFolderOptions
        {
            KeepTimes = true,
            Attributes = static _ => new ObjectAttributes { Metadata = new Dictionary<string, string> { ["MTime"] = "1" } },
        };
        await Bucket.UploadFolderAsync(Tree, options: options);
        Assert.That((await Bucket.HeadAsync("a")).Metadata["mtime"], Is.EqualTo("1"));
    }

    [Test]
    public async Task A_fake_carries_all_of_it()
    {
        Write("a", 3);
        Write("b", 3);
        Bucket fake = Substitute.For<Bucket>();
        ListEntry[] entries =
        [
            new ListEntry { Key = "a", Size = 3, ETag = "0123456789abcdef0123456789abcdef-1", Revision = "r", LastModified = default },
            new ListEntry { Key = "c", Size = 3, ETag = "x", Revision = "x", LastModified = default },
        ];
        fake.ListAsync(Arg.Any<ListOptions>(), Arg.Any<CancellationToken>()).Returns(_ => entries.ToAsyncEnumerable());
        FolderReport report = await Folder.SyncAsync(SyncPlace.Bucket(fake), Deleting with { Progress = new Throwing() });
        Assert.That((report.Transferred, report.Deleted, report.Failures.Count), Is.EqualTo((2, 1, 0)));
    }

    [Test]
    public async Task Names_that_are_no_Unicode_beside_names_that_look_like_them()
    {
        Write("\uFFFD", 3);
        Shell($"cd '{Tree}' && printf x > \"$(printf '\\377')\" && mkdir d\uFFFD && printf x > d\uFFFD/x && mkdir \"$(printf " +
            "'d\\377')\" && printf xyz > \"$(printf 'd\\377')\"/y");
        FolderReport report = await Bucket.UploadFolderAsync(Tree);
        Shell($"rm -rf '{Tree}'");
        Assert.That(report.Failures, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_file_that_is_written_and_removed_while_it_is_uploaded_is_a_failure()
    {
        Write("a", 3);
        Backend.Before = request =>
        {
            if (request is PutRequest)
            {
                File.WriteAllText(Path.Combine(Tree, "a"), "zzz");
                File.Delete(Path.Combine(Tree, "a"));
            }
            return Task.CompletedTask;
        };
        FolderReport report = await Folder.SyncAsync(Objects);
        byte[] stored = await Keys() is ["a"]
            ? System.Text.Encoding.Latin1.GetBytes(await Memory.GetBucket("bucket").GetTextAsync("a"))
            : [];
        Assert.That(report.Failures.Count == 1 || stored.SequenceEqual(Payload.Bytes(3, 3)));
    }

    [Test]
    public async Task A_second_page_that_fails_deletes_nothing_and_shuffled_pages_are_joined()
    {
        for (int n = 0; n < 2500; n++)
        {
            await Memory.GetBucket("bucket").PutAsync($"{n:D4}", new byte[1]);
        }
        Write("x", 1);
        int lists = 0;
        Backend.Before = request => request is ListRequest && Interlocked.Increment(ref lists) == 2
            ? throw new StorageException(StorageErrorCode.AccessDenied, "No.")
            : Task.CompletedTask;
        await StorageAssert.FailsAsync(
            StorageErrorCode.AccessDenied, () => Objects.SyncAsync(Folder, Deleting with { ForceDelete = true }));
        Assert.That(Files(), Is.EqualTo(["x"]));
        lists = 0;
        await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => Folder.SyncAsync(Objects, Deleting));
        lists = 0;
        await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => Bucket.DownloadFolderAsync("", Tree));
        Assert.That(Files().Where(static f => f.Contains("bleep")), Is.Empty);
    }

    [Test]
    public async Task Progress_that_blocks_holds_nothing_up()
    {
        for (int n = 0; n < 50; n++)
        {
            Write($"{n}", 10);
        }
        using var never = new ManualResetEventSlim();
        var options = new SyncOptions { Progress = new Sync(never) };
        FolderReport report = await Folder.SyncAsync(Objects, options).WaitAsync(Until.Patience);
        Assert.That(report.Transferred, Is.EqualTo(50));
        never.Set();
    }

    [Test]
    public async Task Pages_out_of_order_are_joined()
    {
        await using var backend = new Shuffling(new UnownedBackend(Memory.GetService<StorageBackend>()!));
        await using ObjectStore store = ObjectStore.Create(backend);
        Bucket bucket = store.GetBucket("bucket");
        for (int n = 0; n < 2500; n++)
        {
            if (n % 3 != 0)
            {
                await bucket.PutAsync($"{n % 7}/{n:D4}", new byte[1]);
            }
            if (n % 4 != 0)
            {
                Write($"{n % 7}/{n:D4}", new byte[n % 5 == 0 ? 2 : 1]);
            }
        }

        SyncPlan plan = await Folder.PlanSyncAsync(SyncPlace.Bucket(bucket), Deleting);
        int both = Enumerable.Range(0, 2500).Count(static n => n % 3 != 0 && n % 4 != 0);
        Assert.That(plan.Unchanged + plan.Changes.Count(static c => c.Action == SyncAction.Replace), Is.EqualTo(both));
        FolderReport report = await plan.RunAsync();
        Assert.That(report.ThrowIfFailed().Deleted, Is.EqualTo(Enumerable.Range(0, 2500).Count(static n => n % 3 != 0 && n % 4 == 0)));
        Assert.That((await SyncPlace.Bucket(bucket).PlanSyncAsync(Folder, Deleting)).Changes, Is.Empty);
    }

    [Test]
    public async Task A_plan_that_runs_twice_at_once_and_once_more()
    {
        for (int n = 0; n < 100; n++)
        {
            Write($"d{n % 5}/{n}", 10 + n);
        }
        await Bucket.PutAsync("extra", new byte[1]);
        await Bucket.PutAsync("d1/1", new byte[1]);
        SyncPlan plan = await Folder.PlanSyncAsync(Objects, Deleting);
        FolderReport[] both = await Task.WhenAll(plan.RunAsync(), plan.RunAsync());
        Assert.That(both.Sum(static r => r.Transferred), Is.EqualTo(100));
        FolderReport third = await plan.RunAsync();
        Assert.That((third.Transferred, third.Deleted, third.Failures.Count), Is.EqualTo((0, 0, 100)));
        await Objects.SyncAsync(SyncPlace.Folder(Temporary.PathOf("copy")));
        SyncPlan down = await Objects.PlanSyncAsync(SyncPlace.Folder(Temporary.PathOf("copy2")));
        both = await Task.WhenAll(down.RunAsync(), down.RunAsync());
        Assert.That(both.Sum(static r => r.Transferred), Is.EqualTo(both[0].Transferred + both[1].Transferred));
        Assert.That(Directory.GetFiles(Temporary.PathOf("copy2"), ".bleep*", SearchOption.AllDirectories), Is.Empty);
        Assert.That(
            (await Objects.PlanSyncAsync(SyncPlace.Folder(Temporary.PathOf("copy2")), Deleting)).Changes.Select(static c => c.Name),
            Is.SubsetOf(new[] { "extra" }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Many_large_files_within_the_least_budget(bool isWide)
    {
        await using ObjectStore store = InMemoryStore.Create(
            storeOptions: new ObjectStoreOptions { TransferBudget = new TransferBudget(TransferBudget.MinimumBytes) });
        Bucket bucket = await store.CreateBucketAsync("bucket");
        for (int n = 0; n < 12; n++)
        {
            Write($"{n}", new byte[(17 * 1024 * 1024) + n]);
        }
        var wide = new UploadFolderOptions { MaxConcurrency = isWide ? 1000 : 1 };
        FolderReport up = await bucket.UploadFolderAsync(Tree, options: wide).WaitAsync(TimeSpan.FromSeconds(100));
        FolderReport down = await bucket.DownloadFolderAsync(
            "",
            Temporary.PathOf("copy"),
            new DownloadFolderOptions { MaxConcurrency = isWide ? 1000 : 1 }).WaitAsync(TimeSpan.FromSeconds(100));
        Assert.That((up.ThrowIfFailed().Transferred, down.ThrowIfFailed().Transferred), Is.EqualTo((12, 12)));
    }

    [Test]
    public async Task Folders_and_files_take_each_others_place_in_both_directions_at_random()
    {
        var random = new Random(11);
        string[] pool =
        [
            "a",
            "a/b",
            "a/b/c",
            "a-",
            "a0",
            "a/b-",
            "a.b",
            "b",
            "b/a",
            "\uE000",
            "\U00010000",
            "\uE000/x",
            "a\nb",
            "a b ",
            "...",
            "a/...",
            "~",
            "-",
            "c\\d",
        ];
        for (int turn = 0; turn < 120; turn++)
        {
            foreach (string key in await Keys())
            {
                await Bucket.DeleteAsync(key);
            }
            Directory.Delete(Tree, true);
            Directory.CreateDirectory(Tree);
            foreach (string name in pool.OrderBy(_ => random.Next()).Take(8))
            {
                try
                {
                    Write(name, random.Next(1, 3));
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
            }

            foreach (string name in pool.OrderBy(_ => random.Next()).Take(8))
            {
                await Bucket.PutAsync(name, Payload.Bytes(random.Next(1, 3), 1));
            }
            if (turn % 2 == 0)
            {
                FolderReport up = await Folder.SyncAsync(Objects, Deleting);
                Assert.That(
                    (up.Failures.Count, await Keys()),
                    Is.EqualTo((0, Files().OrderBy(static n => n, Comparer<string>.Create(Utf8)).ToArray())));
            }
            else
            {
                FolderReport down = await Objects.SyncAsync(Folder, Deleting);
                string[] keys = await Keys();
                bool clash = keys.Any(k => keys.Any(o => o.StartsWith(k + "/", StringComparison.Ordinal)));
                if (!clash)
                {
                    Assert.That(
                        (string.Join("|", down.Failures), string.Join("|", Files())),
                        Is.EqualTo(("", string.Join("|", keys.Order(StringComparer.Ordinal)))));
                }
                else
                {
                    Assert.That(down.Failures, Is.Not.Empty);
                }
            }
        }
    }

    [Test]
    [NonParallelizable]
    [Platform("Linux", Reason = "Elsewhere nothing tells the handles.")]
    public async Task A_thousand_walks_leave_no_handle()
    {
        for (int n = 0; n < 10; n++)
        {
            Write($"d{n}/x", 3);
        }
        Directory.CreateSymbolicLink(Path.Combine(Tree, "loop"), ".");
        await Folder.SyncAsync(Objects);
        int before = Directory.GetFiles("/proc/self/fd").Length;
        for (int n = 0; n < 1000; n++)
        {
            await foreach (SyncItem item in Folder.ListAsync(
                new(new NameFilter(new SyncOptions()), true, false, static (_, _) => { }), default))
            {
                if (n % 3 == 0)
                {
                    break;
                }
            }
        }

        Assert.That(Directory.GetFiles("/proc/self/fd").Length, Is.LessThan(before + 10));
    }

    [Test]
    [Category(LongRun.Category)]
    public async Task Very_many_names()
    {
        int names = LongRun.Count(20_000, 100_000);
        Bucket bucket = Memory.GetBucket("bucket");
        for (int n = 0; n < names; n++)
        {
            await bucket.PutAsync($"{n % 100}/{n}", Array.Empty<byte>());
        }

        SyncPlan plan = await SyncPlace.Bucket(bucket)
            .PlanSyncAsync(Folder, new SyncOptions { Exclude = ["**/x/**"], Progress = new Sync(new ManualResetEventSlim(true)) });
        await using ObjectStore other = InMemoryStore.Create();
        Bucket target = await other.CreateBucketAsync("target");
        FolderReport report = await SyncPlace.Bucket(bucket).SyncAsync(SyncPlace.Bucket(target));
        Assert.That((plan.Changes.Count, report.Transferred), Is.EqualTo((names, names)));
    }

    [Test]
    public async Task A_thousand_failures_in_the_walk_end_it()
    {
        Shell($"cd '{Tree}' && for i in $(seq 1500); do : > \"$(printf '\\377')$i\"; done; : > zz");
        await Bucket.PutAsync("extra", new byte[1]);
        try
        {
            FolderReport up = await Bucket.UploadFolderAsync(Tree);
            SyncPlan plan = await Folder.PlanSyncAsync(Objects, Deleting with { ForceDelete = true });
            Assert.That((up.IsComplete, plan.IsComplete), Is.EqualTo((false, false)), "more than 1,000 have failed");
        }
        finally
        {
            Shell($"rm -rf '{Tree}'");
        }
    }

    [Test]
    public async Task A_deletion_whose_folder_became_a_link_touches_nothing_else()
    {
        Write("a/x", 1);
        Write("keep", 1);
        await Bucket.PutAsync("keep", Payload.Bytes(1, 1));
        string outside = Directory.CreateDirectory(Temporary.PathOf("outside")).FullName;
        SyncPlan plan = await Objects.PlanSyncAsync(Folder, Deleting);
        File.Move(Path.Combine(Tree, "a", "x"), Path.Combine(outside, "x"));
        Directory.Delete(Path.Combine(Tree, "a"));
        Directory.CreateSymbolicLink(Path.Combine(Tree, "a"), outside);
        FolderReport report = await plan.RunAsync();
        Assert.That((report.Deleted, report.Failures.Count, File.Exists(Path.Combine(outside, "x"))), Is.EqualTo((0, 1, true)));
    }

    [Test]
    public async Task An_Include_that_takes_nothing_is_an_empty_source()
    {
        Write("a", 1);
        await Bucket.PutAsync("b.jpg", new byte[1]);
        await Catch.AsyncAs<IOException>(() => Folder.SyncAsync(Objects, Deleting with { Include = ["*.jpg"] }));
        Assert.That(await Keys(), Is.EqualTo(["b.jpg"]));
    }

    [Test]
    public async Task The_marker_of_the_target_prefix_stays_and_prefixes_do_not_mix()
    {
        Write("a", 1);
        foreach (string key in new[] { "photos", "photos-old/x", "photos/", "photos/extra", "photos/sub/" })
        {
            await Bucket.PutAsync(key, Array.Empty<byte>());
        }
        FolderReport report = await Folder.SyncAsync(SyncPlace.Bucket(Bucket, "photos"), Deleting);
        Assert.That(
            (report.ThrowIfFailed().Deleted, await Keys()),
            Is.EqualTo((1, new[] { "photos", "photos-old/x", "photos/", "photos/a", "photos/sub/" })));
    }

    [Test]
    public async Task A_root_that_vanishes_during_the_walk_deletes_nothing()
    {
        for (int n = 0; n < 10; n++)
        {
            Write($"d{n}/x", 1);
            await Bucket.PutAsync($"d{n}/x", Payload.Bytes(1, 1));
        }
        await Bucket.PutAsync("d0/a", new byte[1]);
        bool isMoved = false;
        Backend.After = request =>
        {
            if (request is ListRequest && !isMoved)
            {
                isMoved = true;
                Directory.Move(Tree, Temporary.PathOf("moved"));
            }
            return Task.CompletedTask;
        };
        try
        {
            await Folder.SyncAsync(Objects, Deleting);
        }
        catch (IOException)
        {
            // The folder was seen to be gone.
        }
        Assert.That(await Keys(), Has.Length.EqualTo(11));
    }

    [Test]
    [Platform("Linux", Reason = "Elsewhere a folder has no number.")]
    public async Task A_disk_that_is_taken_away_during_the_walk_deletes_nothing()
    {
        for (int n = 0; n < 1500; n++)
        {
            Write($"d{n:D4}/x", 1);
            await Bucket.PutAsync($"d{n:D4}/x", Payload.Bytes(1, 1));
        }
        int lists = 0;
        Backend.After = request =>
        {
            if (request is ListRequest && ++lists == 2)
            {
                Directory.Move(Tree, Temporary.PathOf("moved"));
                Directory.CreateDirectory(Tree);
            }
            return Task.CompletedTask;
        };
        IOException refused = await Catch.AsyncAs<IOException>(() => Folder.SyncAsync(Objects, Deleting));
        Assert.That(await Keys(), Has.Length.EqualTo(1500));
    }

    private static int Utf8(string x, string y) =>
        System.Text.Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(y));

    private sealed class Shuffling(StorageBackend inner) : DelegatingBackend(inner)
    {
        public override StorageCapabilities Capabilities => base.Capabilities with { ListsInKeyOrder = false };

        public override async Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken)
        {
            ListPage page = await base.ListAsync(request, cancellationToken);
            var random = new Random(5);
            return page with { Entries = [.. page.Entries.OrderBy(_ => random.Next())] };
        }
    }

    private sealed class Throwing : IProgress<FolderProgress>
    {
        public void Report(FolderProgress value) => throw new FormatException();
    }

    private sealed class Sync(ManualResetEventSlim gate) : IProgress<FolderProgress>
    {
        public void Report(FolderProgress value) => gate.Wait();
    }
}
